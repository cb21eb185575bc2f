{#- What stands before a number that is not exact: ≥ for a lower bound, ≤ for an upper one, ≈ for an estimate, nothing for the rest. -#}

{#- The sign of one cell. -#}
{% macro sign_of(column) -%}
    case
        {%- for sign in ['≈', '≥', '≤'] %}
        when {{ is_marked(column, sign) }} then '{{ sign }}'
        {%- endfor %}
        else ''
    end
{%- endmacro %}

{#-
    The sign of an aggregate over rows, as a KPI value has it: a bound where all that is inexact bounds the same way, else an estimate.

    `grows_with` is the column (or columns) it grows with, `shrinks_with` those it shrinks with: the denominator of a ratio, whose bounds turn
    round. Only rows with `condition` are looked at.
-#}
{% macro sign_of_sum(grows_with, shrinks_with=[], condition='true') -%}
    {%- set above = [grows_with] if grows_with is string else grows_with -%}
    {%- set about = any_row(marks(above + shrinks_with, '≈'), condition) -%}
    {%- set up = any_row(marks(above, '≥') + marks(shrinks_with, '≤'), condition) -%}
    {%- set down = any_row(marks(above, '≤') + marks(shrinks_with, '≥'), condition) -%}
    case
        when {{ about }} or ({{ up }} and {{ down }}) then '≈'
        when {{ up }} then '≥'
        when {{ down }} then '≤'
        else ''
    end
{%- endmacro %}

{#- Whether a cell carries a sign. -#}
{% macro is_marked(column, sign) -%}
    ';' || inexact || ';' like '%;{{ column }}{{ sign }};%'
{%- endmacro %}

{% macro marks(columns, sign) -%}
    {%- set found = [] -%}
    {%- for column in columns -%}{%- do found.append(is_marked(column, sign)) -%}{%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{% macro any_row(conditions, condition) -%}
    max(case when ({{ conditions | join(' or ') }}) and {{ condition }} then 1 else 0 end) = 1
{%- endmacro %}
