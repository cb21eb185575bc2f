{% macro kpi_values_of__culture_block() %}{{ return(ref('mart_culture_block_kpi_values')) }}{% endmacro %}

-- depends_on: {{ ref('fct_culture_block_blocks') }}
-- depends_on: {{ ref('fct_culture_block_activities') }}
-- depends_on: {{ ref('fct_culture_block_block_months') }}
-- depends_on: {{ ref('fct_culture_block_ip_assets') }}
{{ kpi_values('culture_block') }}
