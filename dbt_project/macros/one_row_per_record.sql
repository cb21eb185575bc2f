{#-
    Each record of a fact stands in it once. The record is what the table's contract says: its origin, the region of its owner and the
    primary key, of a fact with states the month that reported the state as well. A fact made from others names its `key`.
-#}
{% test one_row_per_record(model, key=none) %}
{%- set columns = key or record_columns(model.identifier) %}
select
    {{ columns | join(', ') }},
    count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}

{#- The columns that tell one record of a fact from another, as the contract of its table gives them. -#}
{% macro record_columns(name) %}
    {%- if not execute -%}{{ return(['origin']) }}{%- endif -%}
    {%- set node = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | selectattr('name', 'equalto', name) | first -%}
    {%- set meta = node.config.meta -%}
    {%- set source = graph.sources.get('source.' ~ node.package_name ~ '.' ~ meta.get('programme') ~ '.' ~ meta.get('table')) -%}
    {%- if not source -%}
        {%- do exceptions.raise_compiler_error(name ~ ': one_row_per_record needs config.meta.table, or a key of its own') -%}
    {%- endif -%}
    {%- set columns = ['origin', 'owner_region_code'] + source.config.meta.primary_key -%}
    {%- if meta.get('has_states') -%}{%- do columns.append('report_period') -%}{%- endif -%}
    {{ return(columns | unique | list) }}
{% endmacro %}
