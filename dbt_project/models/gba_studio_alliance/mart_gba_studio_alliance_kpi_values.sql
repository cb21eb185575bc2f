{% macro kpi_values_of__gba_studio_alliance() %}{{ return(ref('mart_gba_studio_alliance_kpi_values')) }}{% endmacro %}
{% macro kpi_facts_of__gba_studio_alliance() %}{{ return([
    ref('fct_gba_studio_alliance_sub_alliances'),
    ref('fct_gba_studio_alliance_memberships'),
    ref('fct_gba_studio_alliance_activities'),
    ref('fct_gba_studio_alliance_exchanges'),
]) }}{% endmacro %}

-- depends_on: {{ kpi_facts_of__gba_studio_alliance() }}
{{ kpi_values('gba_studio_alliance') }}
