{% macro kpi_values_of__dispute_mediation() %}{{ return(ref('mart_dispute_mediation_kpi_values')) }}{% endmacro %}
{% macro kpi_facts_of__dispute_mediation() %}{{ return([
    ref('fct_dispute_mediation_cases'),
    ref('fct_dispute_mediation_centres'),
]) }}{% endmacro %}

{{ config(materialized='view') }}
-- depends_on: {{ ref('dim_period') }}
-- depends_on: {{ ref('dim_kpi') }}
{{ kpi_values_of_facts('dispute_mediation', [
    ref('mart_dispute_mediation_centres_kpi_values'),
    ref('mart_dispute_mediation_cases_kpi_values'),
], {'mart_dispute_mediation_cases_kpi_values': ref('mart_dispute_mediation_hidden_cells')}) }}
