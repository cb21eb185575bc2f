{#-
    From measures to KPIs. KPIs with the same placements and the same coverage have values for the same regions and periods: a family. Each
    family is put together once, as wide rows, and each of its KPIs then takes its own columns. Joining before the KPIs part keeps the rows few.
-#}
{% macro kpi_families(definitions, measures, placements) %}
    {%- set families = {} -%}
    {%- for kpi in definitions -%}
        {%- set of_role = {} -%}
        {%- for measure in measures if measure.kpi == kpi.name -%}
            {%- do of_role.update({measure.role: dict(measure, place=placements.index(measure.placement) + 1)}) -%}
        {%- endfor -%}
        {%- set numerator, denominator, reported = of_role.get('numerator'), of_role.get('denominator'), of_role.get('reported') -%}
        {%- set covers = 'year' if kpi.grain == 'year' else 'stock' if kpi.basis == 'cumulative' else kpi.basis -%}
        {%- set family = {
            'numerators': numerator.place if numerator else none,
            'denominators': denominator.place if denominator else none,
            'reported': reported.place if reported else none,
            'is_over_total': denominator is not none and denominator.over == 'total',
            'has_category': kpi.get('category') is not none,
            'table': kpi.table,
            'covers': covers if kpi.table else none,
            'is_answered': denominator is not none and denominator.answer is not none,
        } -%}
        {%- set key = family.values() | join('|') -%}
        {%- do families.setdefault(key, dict(family, kpis=[])) -%}
        {%- do families[key].kpis.append(dict(kpi, counted=numerator, divided_by=denominator, known=reported)) -%}
    {%- endfor -%}
    {{ return(families.values() | list) }}
{% endmacro %}

{#- All that is known of one family, by region, period and category. A share of the whole divides each category by what all have together. -#}
{% macro together_rows(family) %}
    {%- set keys = 'origin, kpi_region, kpi_period' ~ (', category' if family.has_category else '') -%}
    {%- set sources = [] -%}
    {%- if family.table -%}{%- do sources.append(('covered_' ~ family.table ~ '_' ~ family.covers, false)) -%}{%- endif -%}
    {%- if family.numerators -%}{%- do sources.append(('measured_' ~ family.numerators, family.has_category)) -%}{%- endif -%}
    {%- if family.denominators and family.denominators != family.numerators and not family.is_over_total -%}
        {%- do sources.append(('measured_' ~ family.denominators, family.has_category)) -%}
    {%- endif %}
    select *
    from
    {%- for name, has_category in sources %}
        {%- if not loop.first %}
    full outer join
        {%- endif %}
        {%- if family.has_category and not has_category %} (select '' as category, {{ name }}.* from {{ name }}) as {{ name }}
        {%- else %} {{ name }}
        {%- endif %}
        {%- if not loop.first %} using ({{ keys }})
        {%- endif %}
    {%- endfor %}
    {%- if family.is_over_total %}
    left join measured_{{ family.denominators }} using (origin, kpi_region, kpi_period)
    {%- endif %}
    {%- if family.reported %}
    left join measured_{{ family.reported }} using (origin, kpi_region)
    {%- endif %}
    inner join all_periods using (kpi_period)
    inner join data_ends on origin = data_end_origin
    {%- if family.table %}
    left join (
        select
            origin,
            kpi_region,
            substring(cast(first_month as {{ text_type() }}), 1, 7) as first_reported,
            substring(cast(last_month as {{ text_type() }}), 1, 7) as last_reported
        from reached
        where table_name = '{{ family.table }}'
    ) as reach using (origin, kpi_region)
    {%- endif %}
{%- endmacro %}

{#- One KPI's rows of its family, numerator and denominator still apart. -#}
{% macro amounts_of(kpi, family, relation) %}
    {%- set top, bottom = kpi.counted, kpi.divided_by -%}
    {%- set is_by_year = kpi.additive.get('time') == 'within_year' %}
    select
        '{{ kpi.name }}' as kpi,
        '{{ kpi.programme }}' as programme,
        origin,
        kpi_region as region,
        kpi_period as period,
        kpi_grain as period_grain,
        kpi_end as period_end,
        {{ "nullif(category, '')" if family.has_category else 'cast(null as ' ~ text_type() ~ ')' }} as category,
        {{ amount_of(top) }} as numerator,
        {% if kpi.measures | length == 1 %}cast(null as double)
        {%- elif not bottom %}reference_measures.amount
        {%- elif family.is_over_total %}cast(amount_{{ bottom.number }} as double)
        {%- else %}{{ amount_of(bottom) }}
        {%- endif %} as denominator,
        {{ 'true' if kpi.measures | length > 1 else 'false' }} as is_ratio,
        {{ qualifier_of(kpi, family) }} as qualifier,
        {%- set counted = bottom if bottom and bottom.fact == kpi.fact and not family.is_over_total else top %}
        cast({{ 'coalesce(row_count_' ~ counted.number ~ ', 0)' if counted else '0' }} as bigint) as row_count,
        least(coalesce({{ latest(of_both(kpi, family, 'data_to_')) }}, {{ 'covered_to' if family.table else 'null' }}), kpi_end) as as_of,
        cast({{ latest(bits_of((['covered_provinces'] if family.table and not family.is_answered else []) + of_both(kpi, family, 'provinces_'))) }} as integer)
            as provinces_reported,
        {{ 'coalesce(is_covered, 0) = 1' if family.table else 'true' }} as is_reported_by_then,
        {{ is_backfilled(kpi, family) }} as is_backfilled,
        cast({{ 'reported_' ~ family.denominators if family.is_answered else 'coalesce(amount_' ~ kpi.known.number ~ ', 0)' if kpi.known else 'null' }} as integer)
            as reported_units,
        cast({{ 'due_' ~ family.denominators if family.is_answered else 'reference_measures.amount' if kpi.known else 'null' }} as integer) as due_units,
        {%- if family.table and family.covers != 'stock' %}
        first_reported as reported_from,
        last_reported as reported_to
        {%- else %}
        {{ "case when coalesce(is_covered, 0) = 0 then first_reported end" if family.table else 'cast(null as ' ~ text_type() ~ ')' }} as reported_from,
        substring(cast(data_end as {{ text_type() }}), 1, 7) as reported_to
        {%- endif %}
    from {{ relation }}
    {%- if kpi.measures | length > 1 and not bottom %}
    left join reference_measures
        on reference_measures.measure = '{{ kpi.measures[1].reference }}'
        and kpi_region = reference_measures.region_code
        and (reference_measures.period is null or kpi_period = reference_measures.period)
    {%- endif %}
    {%- if family.is_answered %}
    where reported_{{ family.denominators }} > 0
    {%- else %}
    where (
        {{- 'is_covered = 1' if family.table else 'false' }} or {{ 'row_count_' ~ top.number ~ ' is not null' if top else 'false' -}}
    )
    {%- endif %}
    {%- if kpi.get('category_only') %}
        and category <> ''
    {%- endif %}
    {%- if kpi.grain == 'year' %}
        and kpi_grain in ('year', 'all')
    {%- endif %}
    {%- if is_by_year %}
    -- What adds up within a year only has no value for the whole time once there is a second year.
    qualify kpi_grain <> 'all' or count(case when kpi_grain = 'year' then 1 end) over (
        partition by origin, kpi_region{{ ', category' if family.has_category }}
    ) < 2
    {%- endif %}
{%- endmacro %}

{#- A measure's amount; a sum or a count of no rows is 0 where somebody has reported. -#}
{% macro amount_of(measure) -%}
    {%- if not measure -%}cast(null as double)
    {%- elif is_zero_when_empty(measure.expression) -%}
        cast(case when amount_{{ measure.number }} is null and coalesce(row_count_{{ measure.number }}, 0) = 0 then 0
            else amount_{{ measure.number }} end as double)
    {%- else -%}cast(amount_{{ measure.number }} as double)
    {%- endif -%}
{%- endmacro %}

{#- ≥, ≤ or ≈ where a bound or an estimate is in it, else nothing; a bound in the denominator turns round. -#}
{% macro qualifier_of(kpi, family) -%}
    {%- set up, down, about = [], [], [] -%}
    {%- if kpi.counted and kpi.counted.column -%}
        {%- set n = kpi.counted.number -%}
        {%- do up.append('up_' ~ n ~ ' = 1') -%}{%- do down.append('down_' ~ n ~ ' = 1') -%}{%- do about.append('about_' ~ n ~ ' = 1') -%}
    {%- endif -%}
    {%- if kpi.divided_by and kpi.divided_by.column -%}
        {%- set n, of_all = kpi.divided_by.number, (" and category = ''" if family.is_over_total else '') -%}
        {%- do up.append('down_' ~ n ~ ' = 1' ~ of_all) -%}{%- do down.append('up_' ~ n ~ ' = 1' ~ of_all) -%}
        {%- do about.append('about_' ~ n ~ ' = 1' ~ of_all) -%}
    {%- endif -%}
    {%- set bound = 'coalesce(amount_' ~ kpi.known.number ~ ', 0) < reference_measures.amount' if kpi.known else none -%}
    {%- if not up and bound -%}
        case when {{ bound }} then '≥' else '' end
    {%- elif not up -%}''
    {%- else -%}
        case
            {%- if bound -%}{%- do up.append(bound) -%}{%- endif %}
            when {{ about | join(' or ') }} then '≈'
            when ({{ up | join(' or ') }}) and ({{ down | join(' or ') }}) then '≈'
            when {{ up | join(' or ') }} then '≥'
            when {{ down | join(' or ') }} then '≤'
            else ''
        end
    {%- endif -%}
{%- endmacro %}

{#- Whether a state in it was first reported later. -#}
{% macro is_backfilled(kpi, family) -%}
    {%- set flags = [] -%}
    {%- if kpi.counted and kpi.counted.has_states -%}{%- do flags.append('coalesce(backfilled_' ~ family.numerators ~ ', 0) = 1') -%}{%- endif -%}
    {%- if kpi.divided_by and kpi.divided_by.has_states and family.denominators != family.numerators -%}
        {%- do flags.append('coalesce(backfilled_' ~ family.denominators ~ ', 0) = 1') -%}
    {%- endif -%}
    {{ flags | join(' or ') if flags else 'false' }}
{%- endmacro %}

{#- A column that each placement has, of the KPI's numerator and denominator. -#}
{% macro of_both(kpi, family, column) %}
    {%- set names = [] -%}
    {%- if family.numerators -%}{%- do names.append(column ~ family.numerators) -%}{%- endif -%}
    {%- if family.denominators and family.denominators != family.numerators -%}
        {%- set name = column ~ family.denominators -%}
        {%- do names.append("case when category = '' then " ~ name ~ " end" if family.is_over_total else name) -%}
    {%- endif -%}
    {{ return(names) }}
{% endmacro %}

{% macro bits_of(expressions) %}
    {%- set counts = [] -%}
    {%- for expression in expressions -%}{%- do counts.append('bit_count(' ~ expression ~ ')') -%}{%- endfor -%}
    {{ return(counts) }}
{% endmacro %}

{#- The greatest of those that are there. -#}
{% macro latest(expressions) -%}
    {{ 'null' if not expressions else expressions[0] if expressions | length == 1 else 'greatest(' ~ expressions | join(', ') ~ ')' }}
{%- endmacro %}
