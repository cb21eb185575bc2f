{% macro kpi_values_of__culture_block() %}{{ return(ref('mart_culture_block_kpi_values')) }}{% endmacro %}
{% macro kpi_facts_of__culture_block() %}{{ return([
    ref('fct_culture_block_blocks'),
    ref('fct_culture_block_activities'),
    ref('fct_culture_block_block_months'),
    ref('fct_culture_block_ip_assets'),
]) }}{% endmacro %}

-- depends_on: {{ kpi_facts_of__culture_block() }}
{{ kpi_values('culture_block') }}
