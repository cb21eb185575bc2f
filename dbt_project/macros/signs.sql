{#- What stands before a number that is not exact: ≥ for a lower bound, ≤ for an upper one, ≈ for an estimate, nothing for the rest. -#}

{% macro sign_of(column) -%}
    case
        {%- for sign in ['≈', '≥', '≤'] %}
        when ';' || inexact || ';' like '%;{{ column }}{{ sign }};%' then '{{ sign }}'
        {%- endfor %}
        else ''
    end
{%- endmacro %}

{#- The sign of a sum over rows: a bound where all of them bound the same way, else an estimate. Only rows with `condition` are looked at. -#}
{% macro sign_of_sum(column, condition='true') -%}
    {%- set has = {} -%}
    {%- for sign in ['≈', '≥', '≤'] -%}
        {%- do has.update({sign: "max(case when ';' || inexact || ';' like '%;" ~ column ~ sign ~ ";%' and " ~ condition ~ " then 1 else 0 end)"}) -%}
    {%- endfor -%}
    case
        when {{ has['≈'] }} = 1 then '≈'
        when {{ has['≥'] }} = 1 and {{ has['≤'] }} = 1 then '≈'
        when {{ has['≥'] }} = 1 then '≥'
        when {{ has['≤'] }} = 1 then '≤'
        else ''
    end
{%- endmacro %}
