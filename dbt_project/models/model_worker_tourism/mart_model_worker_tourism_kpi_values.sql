{% macro kpi_values_of__model_worker_tourism() %}{{ return(ref('mart_model_worker_tourism_kpi_values')) }}{% endmacro %}

-- depends_on: {{ ref('fct_model_worker_tourism_teams') }}
-- depends_on: {{ ref('fct_model_worker_tourism_shifts') }}
-- depends_on: {{ ref('fct_model_worker_tourism_team_months') }}
-- depends_on: {{ ref('fct_model_worker_tourism_ambassadors') }}
{{ kpi_values('model_worker_tourism') }}
