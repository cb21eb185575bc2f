{% macro kpi_values_of__skills_to_community() %}{{ return(ref('mart_skills_to_community_kpi_values')) }}{% endmacro %}

-- depends_on: {{ ref('fct_skills_to_community_events') }}
{{ kpi_values('skills_to_community') }}
