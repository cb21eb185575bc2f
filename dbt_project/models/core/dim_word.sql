{%- set words = english_words() -%}
{%- if not words %}
select cast(null as {{ text_type() }}) as word, cast(null as {{ text_type() }}) as english where false
{%- else %}
with words as (
    {%- for word in words %}
    select {{ text(word) }} as word, {{ text(words[word]) }} as english
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

select * from words
{%- endif %}
