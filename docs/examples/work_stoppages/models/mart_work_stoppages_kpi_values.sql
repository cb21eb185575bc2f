{% macro kpi_values_of__work_stoppages() %}{{ return(ref('mart_work_stoppages_kpi_values')) }}{% endmacro %}
{% macro kpi_facts_of__work_stoppages() %}{{ return([ref('fct_work_stoppages_stoppages')]) }}{% endmacro %}

-- depends_on: {{ kpi_facts_of__work_stoppages() }}
{{ kpi_values('work_stoppages') }}
