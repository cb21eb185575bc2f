{% macro kpi_values_of__innovation_expo() %}{{ return(ref('mart_innovation_expo_kpi_values')) }}{% endmacro %}
{% macro kpi_facts_of__innovation_expo() %}{{ return([
    ref('fct_innovation_expo_achievements'),
    ref('fct_innovation_expo_benefits'),
    ref('fct_innovation_expo_halls'),
]) }}{% endmacro %}

-- depends_on: {{ kpi_facts_of__innovation_expo() }}
{{ kpi_values('innovation_expo') }}
