{% macro kpi_values_of__skills_to_community() %}{{ return(ref('mart_skills_to_community_kpi_values')) }}{% endmacro %}
{% macro kpi_facts_of__skills_to_community() %}{{ return([ref('fct_skills_to_community_events')]) }}{% endmacro %}

-- depends_on: {{ kpi_facts_of__skills_to_community() }}
{{ kpi_values('skills_to_community') }}
