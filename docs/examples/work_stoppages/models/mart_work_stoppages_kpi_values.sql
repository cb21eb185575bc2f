{% macro kpi_values_of__work_stoppages() %}{{ return(ref('mart_work_stoppages_kpi_values')) }}{% endmacro %}

-- depends_on: {{ ref('fct_work_stoppages_stoppages') }}
{{ kpi_values('work_stoppages') }}
