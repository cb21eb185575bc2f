{% macro kpi_values_of__vice_chair_projects() %}{{ return(ref('mart_vice_chair_projects_kpi_values')) }}{% endmacro %}

-- depends_on: {{ ref('fct_vice_chair_projects_vice_chairs') }}
-- depends_on: {{ ref('fct_vice_chair_projects_projects') }}
-- depends_on: {{ ref('fct_vice_chair_projects_checkpoints') }}
-- depends_on: {{ ref('fct_vice_chair_projects_outputs') }}
{{ kpi_values('vice_chair_projects') }}
