{#-
    Cross-checks: figures that cannot all be right. A programme's own rules stand in its folder and declare themselves there:

        {% macro cross_checks_of__<programme>() %}{{ return(ref('mart_<programme>_cross_checks')) }}{% endmacro %}

    so that a new programme needs no list (as in kpis/programmes.sql). Rules over KPI values of any programme stand in mart_cross_checks.
-#}
{% macro cross_checks_of_all_programmes() %}
    {%- set relations = [] -%}
    {%- for name in context.keys() | sort if name.startswith('cross_checks_of__') -%}
        {%- do relations.append(context[name]()) -%}
    {%- endfor -%}
    {{ return(relations) }}
{% endmacro %}

{#- The columns of every model of cross-checks, in order. -#}
{% macro cross_check_columns() -%}
    programme, rule, severity, origin, region, period, left_label_zh, left_value, right_label_zh, right_value,
    sentence_zh, sentence_en, file_name, row_number, row_count
{%- endmacro %}

{#- A number as a person writes it: whole numbers without decimals, shares in percent. -#}
{% macro written_number(expression, unit="'count'") -%}
    case
        when {{ unit }} = 'percent' then cast(round({{ expression }} * 100, 1) as {{ text_type() }}) || '%'
        when {{ expression }} = round({{ expression }}) then cast(cast({{ expression }} as bigint) as {{ text_type() }})
        else cast(round({{ expression }}, 2) as {{ text_type() }})
    end
{%- endmacro %}
