{%- set pictures = picture_definitions() -%}
{%- if not pictures %}
select
    cast(null as {{ text_type() }}) as picture,
    cast(null as {{ text_type() }}) as programme,
    cast(null as {{ text_type() }}) as mart,
    cast(null as {{ text_type() }}) as definition_path,
    cast(null as integer) as sort_order,
    cast(null as {{ text_type() }}) as definition
where false
{%- else %}
with pictures as (
    {%- for picture in pictures %}
    select
        {{ text(picture.name) }} as picture,
        {{ text(picture.programme) }} as programme,
        {{ text(picture.mart) }} as mart,
        {{ text(picture.path) }} as definition_path,
        cast({{ picture.order }} as integer) as sort_order,
        {{ document(picture.definition) }} as definition
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from pictures
{%- endif %}
