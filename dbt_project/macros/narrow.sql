{#-
    What a model says of how it may be made in part when a file is dropped (warehouse/build/engines/narrow.py). Without such a word it is made
    whole, which is never wrong.
-#}

{#-
    For a fact: each row depends on the rows of `relation`, its staging view, that are equal in origin and `key`, on no others of that view,
    and else on relations that are read whole. A window or a sum over all rows of the view forbids it; one within the key does not. The
    columns of `key` are those of the dropped table, and the fact has them under the same names.
-#}
{% macro narrow_by_record(relation, key) -%}
    /* narrow by record: {{ relation }} (origin, {{ key | join(', ') }}) */
{%- endmacro %}

{#-
    For values by region: what stands in a region comes from rows in it, which meet it through bridge_region_ancestor only. An expression with
    a query of its own may ask about rows anywhere, so its values are made whole.
-#}
{% macro narrow_by_region(measures) -%}
    {%- set asking = [] -%}
    {%- for measure in measures if 'select' in (measure.expression ~ measure.placement) | lower -%}{%- do asking.append(measure) -%}{%- endfor -%}
    {%- if not asking -%}
    /* narrow by region: {{ ref('bridge_region_ancestor') }} */
    {%- endif -%}
{%- endmacro %}

{#-
    For a table with a region_code: a row comes from rows of `relations`, facts, with the same region_code, from no others of theirs, and else
    from relations that are read whole.
-#}
{% macro narrow_by_place(relations) -%}
    {%- for relation in relations %}
    /* narrow by place: {{ relation }} */
    {%- endfor %}
{%- endmacro %}

{#-
    Behind the bracket of a common table that groups rows of one fact (`from <fact> as facts`) by region_code, given as `region`, in a model that is
    made by region: what it gives merges like that of all rows where region_code is the province's own. A large fact's is then kept by province
    beside the releases (warehouse/build/engines/partials.py), so that the nation's sums need not read every row again.
-#}
{% macro partial_by_province(region) -%}
    /* partial by province: {{ region }} */
{%- endmacro %}
