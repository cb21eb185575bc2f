{#- What DuckDB and Spark write differently stands here and nowhere else. -#}

{#-
    The rows of a dropped table. dbt-duckdb reads the files that the source's external_location names; on Spark they are a table beside the
    models' own (warehouse/build/engines/spark.py registers it), called landed__<source>__<table>.
-#}
{% macro source(source_name, table_name) -%}
    {%- set relation = builtins.source(source_name, table_name) -%}
    {%- if target.type == 'spark' -%}
        {{ return(api.Relation.create(schema=target.schema, identifier='landed__' ~ source_name ~ '__' ~ table_name)) }}
    {%- endif -%}
    {{ return(relation) }}
{%- endmacro %}

{% macro month_of(date_expression) -%}
    cast(date_trunc('month', {{ date_expression }}) as date)
{%- endmacro %}

{#- The Monday on or before a date. -#}
{% macro week_of(date_expression) -%}
    cast(date_trunc('week', {{ date_expression }}) as date)
{%- endmacro %}

{% macro add_months(date_expression, months) -%}{{ adapter.dispatch('add_months')(date_expression, months) }}{%- endmacro %}
{% macro default__add_months(date_expression, months) -%}
    cast({{ date_expression }} + interval ({{ months }}) month as date)
{%- endmacro %}
{% macro spark__add_months(date_expression, months) -%}
    add_months({{ date_expression }}, {{ months }})
{%- endmacro %}

{% macro add_days(date_expression, days) -%}{{ adapter.dispatch('add_days')(date_expression, days) }}{%- endmacro %}
{% macro default__add_days(date_expression, days) -%}
    cast({{ date_expression }} + interval ({{ days }}) day as date)
{%- endmacro %}
{% macro spark__add_days(date_expression, days) -%}
    date_add({{ date_expression }}, {{ days }})
{%- endmacro %}

{% macro days_between(from_date, to_date) -%}{{ adapter.dispatch('days_between')(from_date, to_date) }}{%- endmacro %}
{% macro default__days_between(from_date, to_date) -%}
    date_diff('day', {{ from_date }}, {{ to_date }})
{%- endmacro %}
{% macro spark__days_between(from_date, to_date) -%}
    datediff({{ to_date }}, {{ from_date }})
{%- endmacro %}

{#- Whole months from one first-of-month to another. -#}
{% macro months_between(from_date, to_date) -%}
    ((extract(year from {{ to_date }}) - extract(year from {{ from_date }})) * 12
        + extract(month from {{ to_date }}) - extract(month from {{ from_date }}))
{%- endmacro %}

{#- One row per number from 0 to `count` - 1, in a column called n. -#}
{% macro numbers(count) -%}{{ adapter.dispatch('numbers')(count) }}{%- endmacro %}
{% macro default__numbers(count) -%}
    select cast(range as integer) as n from range({{ count }})
{%- endmacro %}
{% macro spark__numbers(count) -%}
    select cast(id as integer) as n from range({{ count }})
{%- endmacro %}

{% macro matches(text_expression, pattern) -%}{{ adapter.dispatch('matches')(text_expression, pattern) }}{%- endmacro %}
{% macro default__matches(text_expression, pattern) -%}
    regexp_matches({{ text_expression }}, '{{ pattern }}')
{%- endmacro %}
{% macro spark__matches(text_expression, pattern) -%}
    regexp_like({{ text_expression }}, '{{ pattern }}')
{%- endmacro %}

{#- One row for each entry of a list that a cell holds as text (茶艺、插花). -#}
{% macro each_of(list_text) -%}{{ adapter.dispatch('each_of')(list_text) }}{%- endmacro %}
{% macro default__each_of(list_text) -%}
    unnest(string_split({{ list_text }}, '、'))
{%- endmacro %}
{% macro spark__each_of(list_text) -%}
    explode(split({{ list_text }}, '、'))
{%- endmacro %}

{#- The rows of a relation, each as often as `count` says and at least once. -#}
{% macro each_counted(relation, count) -%}{{ adapter.dispatch('each_counted')(relation, count) }}{%- endmacro %}
{% macro default__each_counted(relation, count) -%}
    (select *, unnest(range(greatest({{ count }}, 1))) as kpi_repeat from {{ relation }}) as {{ relation }}_rows
{%- endmacro %}
{% macro spark__each_counted(relation, count) -%}
    (select *, explode(sequence(1, greatest({{ count }}, 1))) as kpi_repeat from {{ relation }}) as {{ relation }}_rows
{%- endmacro %}

{#- A text literal. -#}
{% macro text(value) -%}
    {%- if value is none -%} cast(null as {{ dbt.type_string() }})
    {%- else -%} '{{ value | string | trim | replace("'", "''") }}'
    {%- endif -%}
{%- endmacro %}

{#- A document as a text literal; what a backslash in it means to an engine is seen to where the statement is handed over. -#}
{% macro document(value) -%}'{{ tojson(value) | replace("'", "''") }}'{%- endmacro %}

{#- Today in China, or the day a replay or a test asks for. -#}
{% macro today() -%}
    {%- set now = modules.datetime.datetime.now(modules.pytz.timezone('Asia/Shanghai')).strftime('%Y-%m-%d') -%}
    cast('{{ env_var("UNIONBOARD_TODAY", now) }}' as date)
{%- endmacro %}

{#- The type of text columns. -#}
{% macro text_type() -%}{{ dbt.type_string() }}{%- endmacro %}
