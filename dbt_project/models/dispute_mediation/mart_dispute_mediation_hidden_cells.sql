-- depends_on: {{ ref('dim_region') }}
-- depends_on: {{ ref('dim_period') }}
-- depends_on: {{ ref('bridge_region_ancestor') }}
-- depends_on: {{ ref('fct_dispute_mediation_cases') }}
{{ hidden_cells('fct_dispute_mediation_cases', ref('mart_dispute_mediation_cases_kpi_values'), {
    ref('mart_dispute_mediation_funnel'): ['referred', 'accepted', 'settled', 'confirmed', 'subsidised'],
}) }}
