{#- Facts are built before their programme's KPIs; so this comes after all of them. -#}
{%- set kpi_marts = kpi_values_of_all_programmes() -%}

with orphans as (
    select
        cast(null as {{ text_type() }}) as programme,
        cast(null as {{ text_type() }}) as table_name,
        cast(null as {{ text_type() }}) as origin,
        cast(null as {{ text_type() }}) as file_name,
        cast(null as integer) as row_number,
        cast(null as {{ text_type() }}) as column_name,
        cast(null as {{ text_type() }}) as missing_key,
        cast(null as {{ text_type() }}) as region_code,
        cast(null as {{ text_type() }}) as report_period,
        cast(null as {{ text_type() }}) as parent_table,
        cast(null as {{ text_type() }}) as parent_table_zh
    where false
    {%- for fact in own_facts() if fact.contract.get('parents') %}
    {%- set node, parents = fact.node, fact.contract.parents %}
    {%- set columns = parents | map(attribute='column') | list %}
    {%- set parent = graph.sources['source.' ~ node.package_name ~ '.' ~ node.config.meta.programme ~ '.' ~ parents[0].table] %}
    union all
    select
        {{ text(node.config.meta.programme) }},
        {{ text(node.config.meta.table) }},
        origin,
        file_name,
        row_number,
        {{ text(columns | join('、')) }},
        concat_ws('、', {{ columns | join(', ') }}),
        reported_region_code,
        report_period,
        {{ text(parent.name) }},
        {{ text(parent.config.meta.name_zh) }}
    from {{ node.relation_name }}
    where is_orphan
    {%- endfor %}
)

select * from orphans
