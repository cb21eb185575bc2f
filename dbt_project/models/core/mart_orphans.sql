{#- Facts are built before their programme's KPIs; so this comes after all of them. -#}
{%- set kpi_marts = kpi_values_of_all_programmes() -%}
{%- set facts = [] -%}
{%- for node in fact_nodes() if node.config.meta.get('table') -%}
    {%- set programme = node.config.meta.programme -%}
    {%- set contract = graph.sources['source.' ~ node.package_name ~ '.' ~ programme ~ '.' ~ node.config.meta.table].config.meta -%}
    {#- A table's own fact is named like its staging model; others are made from it and would list a row twice. -#}
    {%- set staging = node.name | replace('fct_' ~ programme ~ '_', 'stg_' ~ programme ~ '__') -%}
    {%- if contract.get('parents') and 'model.' ~ node.package_name ~ '.' ~ staging in node.depends_on.nodes -%}
        {%- do facts.append((node, contract.parents | map(attribute='column') | list)) -%}
    {%- endif -%}
{%- endfor -%}

with orphans as (
    select
        cast(null as {{ text_type() }}) as programme,
        cast(null as {{ text_type() }}) as table_name,
        cast(null as {{ text_type() }}) as origin,
        cast(null as {{ text_type() }}) as file_name,
        cast(null as integer) as row_number,
        cast(null as {{ text_type() }}) as column_name,
        cast(null as {{ text_type() }}) as missing_key
    where false
    {%- for node, columns in facts %}
    union all
    select
        {{ text(node.config.meta.programme) }},
        {{ text(node.config.meta.table) }},
        origin,
        file_name,
        row_number,
        {{ text(columns | join('、')) }},
        concat_ws('、', {{ columns | join(', ') }})
    from {{ node.relation_name }}
    where is_orphan
    {%- endfor %}
)

select * from orphans
