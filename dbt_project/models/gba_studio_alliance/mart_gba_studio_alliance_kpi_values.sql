{% macro kpi_values_of__gba_studio_alliance() %}{{ return(ref('mart_gba_studio_alliance_kpi_values')) }}{% endmacro %}

-- depends_on: {{ ref('fct_gba_studio_alliance_sub_alliances') }}
-- depends_on: {{ ref('fct_gba_studio_alliance_memberships') }}
-- depends_on: {{ ref('fct_gba_studio_alliance_activities') }}
-- depends_on: {{ ref('fct_gba_studio_alliance_exchanges') }}
{{ kpi_values('gba_studio_alliance') }}
