{% macro kpi_values_of__health_checkup() %}{{ return(ref('mart_health_checkup_kpi_values')) }}{% endmacro %}

-- depends_on: {{ ref('fct_health_checkup_centres') }}
-- depends_on: {{ ref('fct_health_checkup_sessions') }}
{{ kpi_values('health_checkup') }}
