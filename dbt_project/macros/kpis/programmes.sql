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

{#- The facts that KPIs are defined on, of every programme; each declares them likewise, in `kpi_facts_of__<programme>`. -#}
{% macro kpi_facts_of_all_programmes() %}
    {%- set relations = [] -%}
    {%- for name in context.keys() | sort if name.startswith('kpi_facts_of__') -%}
        {%- do relations.extend(context[name]()) -%}
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

{#-
    The KPIs of a programme that has a model for each fact: a dropped file then rebuilds the values of its own fact only. Worth it where one fact
    has hundreds of thousands of values, or hides small counts; `relations` are mart_<programme>_<plural>_kpi_values, one for each fact that defines KPIs,
    `hidden_cells` the models of the cells that must not be shown, by the name of the relation they are of.
-#}
{% macro kpi_values_of_facts(programme, relations, hidden_cells={}) %}
    {%- for node in fact_nodes(programme) if node.config.meta.get('kpis') -%}
        {%- set name = node.name | replace('fct_', 'mart_', 1) ~ '_kpi_values' -%}
        {%- if name not in relations | map(attribute='identifier') -%}
            {%- do exceptions.raise_compiler_error('KPIs of ' ~ node.name ~ ' have no model: add ' ~ name ~ '.sql and name it in mart_'
                ~ programme ~ '_kpi_values.sql') -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for node in fact_nodes(programme) if node.config.meta.get('small_counts')
        and node.name | replace('fct_', 'mart_', 1) ~ '_kpi_values' not in hidden_cells -%}
        {%- do exceptions.raise_compiler_error(node.name ~ ' hides small counts: name its model of hidden cells in mart_' ~ programme ~ '_kpi_values.sql') -%}
    {%- endfor -%}
    {%- for relation in relations %}
    {%- if relation.identifier in hidden_cells %}
{{ values_with_hidden(relation, hidden_cells[relation.identifier], relation.identifier | replace('mart_', 'fct_', 1) | replace('_kpi_values', '')) }}
    {%- else %}
select * from {{ relation }}
    {%- endif %}
{{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
