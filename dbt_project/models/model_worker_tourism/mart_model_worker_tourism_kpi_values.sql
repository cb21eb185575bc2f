{% macro kpi_values_of__model_worker_tourism() %}{{ return(ref('mart_model_worker_tourism_kpi_values')) }}{% endmacro %}
{% macro kpi_facts_of__model_worker_tourism() %}{{ return([
    ref('fct_model_worker_tourism_teams'),
    ref('fct_model_worker_tourism_shifts'),
    ref('fct_model_worker_tourism_team_months'),
    ref('fct_model_worker_tourism_ambassadors'),
]) }}{% endmacro %}

-- depends_on: {{ kpi_facts_of__model_worker_tourism() }}
{{ kpi_values('model_worker_tourism') }}
