{% macro kpi_values_of__vice_chair_projects() %}{{ return(ref('mart_vice_chair_projects_kpi_values')) }}{% endmacro %}
{% macro kpi_facts_of__vice_chair_projects() %}{{ return([
    ref('fct_vice_chair_projects_vice_chairs'),
    ref('fct_vice_chair_projects_projects'),
    ref('fct_vice_chair_projects_checkpoints'),
    ref('fct_vice_chair_projects_outputs'),
]) }}{% endmacro %}

-- depends_on: {{ kpi_facts_of__vice_chair_projects() }}
{{ kpi_values('vice_chair_projects') }}
