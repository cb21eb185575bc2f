-- depends_on: {{ ref('dim_region') }}
-- depends_on: {{ ref('dim_period') }}
-- depends_on: {{ ref('bridge_region_ancestor') }}
-- depends_on: {{ ref('fct_health_checkup_sessions') }}
{{ hidden_cells('fct_health_checkup_sessions', ref('mart_health_checkup_sessions_kpi_values'), {
    ref('mart_health_checkup_pace'): ['month_persons'],
}) }}
