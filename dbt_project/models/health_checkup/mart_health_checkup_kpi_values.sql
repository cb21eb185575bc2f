{% macro kpi_values_of__health_checkup() %}{{ return(ref('mart_health_checkup_kpi_values')) }}{% endmacro %}
{% macro kpi_facts_of__health_checkup() %}{{ return([ref('fct_health_checkup_sessions')]) }}{% endmacro %}

{{ config(materialized='view') }}
-- depends_on: {{ ref('dim_period') }}
-- depends_on: {{ ref('dim_kpi') }}
{{ kpi_values_of_facts('health_checkup', [
    ref('mart_health_checkup_sessions_kpi_values'),
], {'mart_health_checkup_sessions_kpi_values': ref('mart_health_checkup_hidden_cells')}) }}
