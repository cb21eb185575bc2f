{#-
    The sign of an aggregate over rows of a fact, as a KPI value has it: ≥, ≤ or ≈ where numbers behind it are bounds or estimates.

    `grows_with` are the columns it grows with, `shrinks_with` those it shrinks with: the denominator of a ratio.
-#}
{% macro bound_sign(grows_with, shrinks_with=[]) -%}
    {%- set about = bounds(grows_with + shrinks_with, '≈') -%}
    {%- set up = (bounds(grows_with, '≥') + bounds(shrinks_with, '≤')) -%}
    {%- set down = (bounds(grows_with, '≤') + bounds(shrinks_with, '≥')) -%}
    case
        when {{ any_row(about) }} or ({{ any_row(up) }} and {{ any_row(down) }}) then '≈'
        when {{ any_row(up) }} then '≥'
        when {{ any_row(down) }} then '≤'
        else ''
    end
{%- endmacro %}

{% macro bounds(columns, sign) -%}
    {%- set found = [] -%}
    {%- for column in columns -%}{%- do found.append("';' || inexact || ';' like '%;" ~ column ~ sign ~ ";%'") -%}{%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{% macro any_row(conditions) -%}
    max(case when {{ conditions | join(' or ') }} then 1 else 0 end) = 1
{%- endmacro %}
