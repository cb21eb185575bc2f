{#-
    The KPI model of every programme, found by the macro that each of them declares in its own file:

        {% macro kpi_values_of__<programme>() %}{{ return(ref('mart_<programme>_kpi_values')) }}{% endmacro %}

    dbt must know at parse time what a model depends on, and at that time it knows macros but not other models.
    So a new programme is found without a list of programmes anywhere.
-#}
{% macro kpi_values_of_all_programmes() %}
    {%- set relations = [] -%}
    {%- for name in context.keys() | sort if name.startswith('kpi_values_of__') -%}
        {%- do relations.append(context[name]()) -%}
    {%- endfor -%}
    {{ return(relations) }}
{% endmacro %}

{#- The dbt nodes of the facts that define KPIs, of one programme or of all, in the order of their names. -#}
{% macro fact_nodes(programme=none) %}
    {%- set nodes = [] -%}
    {%- if execute -%}
        {%- for node in graph.nodes.values() | sort(attribute='name')
            if node.resource_type == 'model' and node.config.get('meta', {}).get('programme')
            and (programme is none or node.config.meta.programme == programme) -%}
            {%- do nodes.append(node) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(nodes) }}
{% endmacro %}
