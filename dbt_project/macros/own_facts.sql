{#-
    The facts that hold a dropped table's own records, each with its contract: named like their staging model. Others are made from them and
    would list a row twice. Facts are built before their programme's KPIs, so what asks for them must come after
    kpi_values_of_all_programmes().
-#}
{% macro own_facts(programme=none) %}
    {%- set found = [] -%}
    {%- for node in fact_nodes(programme) if node.config.meta.get('table') -%}
        {%- set code = node.config.meta.programme -%}
        {%- set staging = 'model.' ~ node.package_name ~ '.' ~ node.name | replace('fct_' ~ code ~ '_', 'stg_' ~ code ~ '__') -%}
        {%- if staging in node.depends_on.nodes -%}
            {%- do found.append({
                'node': node,
                'staging': graph.nodes[staging].relation_name,
                'contract': graph.sources['source.' ~ node.package_name ~ '.' ~ code ~ '.' ~ node.config.meta.table].config.meta,
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found) }}
{% endmacro %}
