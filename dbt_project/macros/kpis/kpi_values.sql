{#-
    Every KPI of one programme, or of one of its facts: one row per KPI, region, period, origin and category.

    The one place where KPIs are evaluated. Rows of a fact are placed in periods (month, quarter, year, all) and in their region and all
    regions that contain it. Numerator and denominator are kept apart, so ratios are sums over sums. Sums and counts are taken once per
    region and month and added up from there; medians and distinct counts are taken at each level from the values, each once with its number of
    rows; other aggregates from the rows.

    How a basis places a row:
      period        its date lies in the period
      cumulative    its date is not after the period
      year_to_date  its date lies in the period's year and not after the period
      plan          its year is the period's year (a yearly plan is the denominator of every month of that year)
      stock         it began by the end of the period and had not ended by then
      open          it began by the end of the period and had not ended before the period began
      period_in_stock   its date lies in the period and it is in stock at the period's end
      known         it was ever reported, whatever its dates say: the same in every period
      running_total   it began in the period and was not replaced in it; what was replaced in it and began before is taken off

    Facts with `has_states` (registers and snapshots) have a row for each state: of a record the state counts that was true at the period's end,
    the first one reported also before that; the value is then backfilled (rulings 33).

    Beside the periods there are spans: the first months of earlier years and quarters, as many as a region has reported of the year or quarter that
    runs, so that like is compared with like (rulings 34). Their period_grain is 'span', their period '2023-01..2023-05'.
-#}
{% macro kpi_values(programme, fact=none) %}
{%- set definitions = kpi_definitions(programme, fact) -%}
{%- set measures = numbered_measures(definitions) -%}
{%- set placements = measures | map(attribute='placement') | unique | list -%}
{%- set families = kpi_families(definitions, measures, placements) -%}
{%- set answers = measures | selectattr('answer') | map(attribute='answer') | unique | list -%}
{%- set tables = families | map(attribute='table') | unique | list -%}
{{ narrow_by_region(measures) }}
with ancestors as (
    select region_code as descendant_code, ancestor_code as kpi_region, province_bit
    from {{ ref('bridge_region_ancestor') }}
),

periods as (
    select
        period as kpi_period,
        period_grain as kpi_grain,
        period_start as kpi_start,
        period_end as kpi_end,
        period_year as kpi_year
    from {{ ref('dim_period') }}
),

-- Denominators that no office reports.
reference_measures as (
    select measure, region_code, period, amount
    from {{ ref('int_core__reference_measures') }}
),

-- Only what is asked for, so that a file of another table leaves these values as they are.
handed_in as (
    select * from {{ ref('fct_submissions') }}
    where programme = '{{ programme }}'
    {%- if tables | length == 1 and not answers %} and table_name = '{{ tables[0] }}'
    {%- endif %}
),

data_ends as (
    select origin as data_end_origin, data_end from {{ ref('int_core__data_ends') }}
    where programme = '{{ programme }}'
),

{{ submission_ctes(definitions, measures) }}

{{ span_ctes() }}

{%- for placement in placements %}
{%- set placed = measures | selectattr('placement', 'equalto', placement) | list %}

placed_{{ loop.index }} as ({{ placed_rows(placed) }}
),
{%- if placed[0].distinct and placed[0].basis == 'stock' %}

counted_{{ loop.index }} as ({{ counted_rows(placed, loop.index) }}
),
{%- endif %}
{%- endfor %}

{{ answer_ctes(answers, measures, placements) }}

{%- for placement in placements %}
{%- set placed = measures | selectattr('placement', 'equalto', placement) | list %}
{%- if placed[0].additive and placed[0].basis != 'known' %}

in_periods_{{ loop.index }} as ({{ rows_in_periods(placed, loop.index) }}
),
{%- endif %}
{%- endfor %}

{%- for placement in placements %}
{%- set placed = measures | selectattr('placement', 'equalto', placement) | list %}
{%- if is_told_by_month(placed[0]) %}

measured_by_month_{{ loop.index }} as ({{ measured_rows(placed, loop.index, answers) }}
),

measured_{{ loop.index }} as (
    select * from measured_by_month_{{ loop.index }}
    union all
    select measured.origin, measured.kpi_region, last_months.kpi_period, measured.* except (origin, kpi_region, kpi_period)
    from measured_by_month_{{ loop.index }} as measured
    inner join last_months on measured.origin = last_months.last_origin and measured.kpi_period = last_months.last_month
    union all
    select measured.origin, measured.kpi_region, last_months.kpi_period, measured.* except (origin, kpi_region, kpi_period)
    from measured_by_month_{{ loop.index }} as measured
    inner join last_months_of_spans as last_months
        on measured.origin = last_months.last_origin
        and measured.kpi_region = last_months.last_region
        and measured.kpi_period = last_months.last_month
),
{%- else %}

measured_{{ loop.index }} as ({{ measured_rows(placed, loop.index, answers) }}
),
{%- endif %}
{%- endfor %}

{{ coverage_ctes(families) }}
{%- for family in families %}

together_{{ loop.index }} as ({{ together_rows(family) }}
),
{%- endfor %}

amounts as (
    {%- for family in families %}
    {%- set number = loop.index %}
    {%- for kpi in family.kpis %}
    {%- if number > 1 or not loop.first %}
    union all
    {%- endif %}
    {{- amounts_of(kpi, family, 'together_' ~ number) }}
    {%- endfor %}
    {%- endfor %}
),

evaluated as (
    select
        *,
        case when is_ratio then numerator / nullif(denominator, 0) else numerator end as value,
        cast(null as double) as value_upper
    from amounts
),

-- What has no value has no parts either, whichever of them was missing.
valued as (
    select
        * except (numerator, denominator),
        case when value is not null then numerator end as numerator,
        case when value is not null then denominator end as denominator
    from evaluated
),

{{ with_targets('valued', programme) }}

select * from kpi_values
{% endmacro %}

{#- The measures of all definitions that are aggregates of a fact, numbered, each with the placement it shares with others. -#}
{% macro numbered_measures(definitions) %}
    {%- set measures = [] -%}
    {%- for definition in definitions -%}
        {%- for measure in definition.measures if measure.expression -%}
            {%- set additive, distinct = is_additive(measure.expression), distinct_of(measure.expression) -%}
            {%- set median = median_of(measure.expression) -%}
            {%- do measures.append(dict(measure, number=measures | length + 1, additive=additive, distinct=distinct, median=median,
                column=valued_column_of(measure.expression), placement=[
                measure.fact, measure.basis, measure.date, measure['from'], measure.to, measure.year, measure.category, additive,
                distinct is not none, measure.number if median else '',
                measure.answer, measure.role == 'denominator' if measure.answer else ''
            ] | join('|'))) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(measures) }}
{% endmacro %}

{#- The months (or year) that place a row of a measure's fact, each with its expression. -#}
{% macro placing_of(first) %}
    {%- set placing = [] -%}
    {%- if first.year -%}{%- do placing.append(('kpi_row_year', 'cast(' ~ first.year ~ ' as integer)')) -%}
    {%- elif first.basis in ['stock', 'open', 'period_in_stock', 'running_total'] -%}
        {%- if first.basis == 'period_in_stock' -%}{%- do placing.append(('kpi_month', month_of(first.date))) -%}{%- endif -%}
        {#- A snapshot without dates is asked about from the first month of data on. -#}
        {%- do placing.append(('kpi_from', month_of(first['from']) if first['from'] else '(select min(report_month) from handed_in)')) -%}
        {%- do placing.append(('kpi_to', month_of(first.to) if first.to else 'cast(null as date)')) -%}
    {%- elif first.basis != 'known' -%}{%- do placing.append(('kpi_month', month_of(first.date))) -%}
    {%- endif -%}
    {%- if first.has_states and first.basis != 'known' -%}
        {%- do placing.append(('kpi_state_from', state_from('facts'))) -%}
        {%- do placing.append(('kpi_state_to', 'facts.valid_to')) -%}
        {%- do placing.append(('kpi_known_from', 'case when facts.is_first_state then facts.valid_from end')) -%}
    {%- endif -%}
    {%- if first.answer -%}{%- do placing.append(('kpi_unit', office(first.unit_column))) -%}{%- endif -%}
    {{ return(placing) }}
{% endmacro %}

{#-
    Rows of one fact with the months (or year) that place them; additive measures already summed per region and month, and the values of medians
    and of what is counted once (`count(distinct …)`) once for each of them, with how many rows they stand for.
-#}
{% macro placed_rows(measures) %}
    {%- set first, placing = measures[0], placing_of(measures[0]) -%}
    {%- set dated = first.year or (first['from'] if first.basis in ['stock', 'open', 'running_total'] else none if first.basis == 'known' else first.date) %}
    {%- if merges_by_province(measures, placing) %}
    {{ partial_by_province('kpi_row_region') }}
    {%- endif %}
    select
        origin as kpi_origin,
        region_code as kpi_row_region,
        {%- if first.category %}
        {{ first.category }} as kpi_category,
        {%- endif %}
        {%- for name, expression in placing %}
        {{ expression }} as {{ name }},
        {%- endfor %}
        {%- if first.additive %}
        max(data_to_date) as kpi_data_to,
        {%- for measure in measures %}
        {{ aggregates_of(measure) }}{{ ',' if not loop.last }}
        {%- endfor %}
        {%- elif first.distinct or first.median %}
        {%- for measure in measures %}
        {%- set name = '/* ' ~ measure.kpi ~ ' ' ~ measure.role ~ ' */ ' %}
        case when {{ name }}{{ filter_of(measure.expression) }} then {{ name }}{{ measure.distinct or measure.median }} end as value_{{ measure.number }},
        {%- endfor %}
        max(data_to_date) as kpi_data_to,
        {%- for measure in measures %}
        {{ signs_of(measure) }}
        count(*) filter (where {{ filter_of(measure.expression) }}) as row_count_{{ measure.number }}{{ ',' if not loop.last }}
        {%- endfor %}
        {%- else %}
        data_to_date as kpi_data_to,
        facts.*
        {%- endif %}
    from {{ ref(first.fact) }} as facts
    where not is_orphan
    {%- if dated %}
        and {{ dated }} is not null
    {%- endif %}
    {%- if first.additive or first.distinct or first.median %}
    {%- set values = 0 if first.additive else measures | length %}
    group by {{ range(1, placing | length + values + (4 if first.category else 3)) | join(', ') }}
    {%- endif %}
{%- endmacro %}

{#-
    What is counted once of a register (`count(distinct …)` of a stock), so that a value need not meet every month it stands in: the rows as they are
    placed, for all but the count; the spells of each value that lies in one place, which never overlap and add up; and the spells of values that lie
    in several, with the value.
-#}
{% macro counted_rows(measures, number) %}
    {%- set first, placing = measures[0], placing_of(measures[0]) %}
    {%- set places = ['kpi_origin', 'kpi_row_region'] + (['kpi_category'] if first.category else []) + (['kpi_unit'] if first.answer else []) %}
    select
        {{ places | join(', ') }},
        {%- for name, expression in placing if name != 'kpi_unit' %}
        {{ name }},
        {%- endfor %}
        max(kpi_data_to) as kpi_data_to,
        {%- for measure in measures %}
        cast(null as {{ text_type() }}) as value_{{ measure.number }},
        0 as single_{{ measure.number }},
        sum(row_count_{{ measure.number }}) as row_count_{{ measure.number }}{{ ',' if not loop.last }}
        {%- endfor %}
    from placed_{{ number }}
    group by {{ range(1, places | length + (placing | rejectattr(0, 'equalto', 'kpi_unit') | list | length) + 1) | join(', ') }}
    {%- for counted in measures %}
    union all
    select
        {{ places | join(', ') }},
        {%- for name, expression in placing if name != 'kpi_unit' %}
        {{ 'spell_from' if name in ['kpi_from', 'kpi_state_from'] else 'spell_to' if name in ['kpi_to', 'kpi_state_to'] else 'cast(null as date)' }},
        {%- endfor %}
        cast(null as date),
        {%- for measure in measures %}
        {%- if measure.number == counted.number %}
        case when lies_apart = 1 then value end,
        count(case when lies_apart = 0 then 1 end),
        {%- else %}
        cast(null as {{ text_type() }}),
        0,
        {%- endif %}
        0{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            *,
            case when
                {%- for place in places[1:] %}
                {{ 'or ' if not loop.first }}min(coalesce({{ place }}, '')) over (partition by kpi_origin, value)
                    <> max(coalesce({{ place }}, '')) over (partition by kpi_origin, value)
                {%- endfor %}
                then 1 else 0
            end as lies_apart
        from ({{ spells_of(counted, number, places) }}) as spells
    ) as placed_spells
    group by {{ places | join(', ') }}, spell_from, spell_to, case when lies_apart = 1 then value end
    {%- endfor %}
{%- endmacro %}

{#-
    From when to when a value stands in a place, each stretch once. What goes on after the month up to which anybody has reported is one stretch: what
    runs is asked about to its end (see lies_in_period).
-#}
{% macro spells_of(measure, number, places) %}
    {%- set n, has_states = measure.number, measure.has_states %}
    {%- set same = 'partition by ' ~ places | join(', ') ~ ', value order by row_from, row_to' %}
    select {{ places | join(', ') }}, value, min(row_from) as spell_from, nullif(max(row_to), cast('9999-12-31' as date)) as spell_to
    from (
        select *, sum(is_new) over ({{ same }} rows unbounded preceding) as spell
        from (
            select
                *,
                case when row_from > before and before <= {{ 'last_day(data_end)' }} then 1 else 0 end as is_new
            from (
                select *, max(row_to) over ({{ same }} rows between unbounded preceding and 1 preceding) as before
                from (
                    select distinct
                        {{ places | join(', ') }},
                        cast(value_{{ n }} as {{ text_type() }}) as value,
                        {{ 'greatest(kpi_from, kpi_state_from)' if has_states else 'kpi_from' }} as row_from,
                        {{ "least(coalesce(kpi_to, cast('9999-12-31' as date)), coalesce(kpi_state_to, cast('9999-12-31' as date)))" if has_states
                            else "coalesce(kpi_to, cast('9999-12-31' as date))" }} as row_to
                    from placed_{{ number }}
                    where value_{{ n }} is not null
                ) as own
            ) as own
            inner join data_ends on kpi_origin = data_end_origin
        ) as own
    ) as own
    group by {{ places | join(', ') }}, value, spell
{%- endmacro %}

{#- A measure that is not summed, over its placed rows. -#}
{% macro measured_amounts(measure) -%}
    {%- if measure.distinct -%}
        {%- if measure.basis == 'stock' %}
        cast(count(distinct value_{{ measure.number }}) + sum(single_{{ measure.number }}) as bigint) as amount_{{ measure.number }},
        {%- else %}
        count(distinct value_{{ measure.number }}) as amount_{{ measure.number }},
        {%- endif %}
        cast(sum(row_count_{{ measure.number }}) as bigint) as row_count_{{ measure.number }}
    {%- elif measure.median -%}
        {%- set n = measure.number -%}
        median(value_{{ n }}) as amount_{{ n }},
        max(up_{{ n }}) as up_{{ n }},
        max(down_{{ n }}) as down_{{ n }},
        max(about_{{ n }}) as about_{{ n }},
        count(*) filter (where row_count_{{ n }} > 0) as row_count_{{ n }}
    {%- else -%}
        {{ aggregates_of(measure) }}
    {%- endif -%}
{%- endmacro %}

{#- One measure's aggregates: its amount, whether what it adds up are bounds or estimates (a count is exact), and the rows it counts. -#}
{% macro aggregates_of(measure) -%}
        {#- An engine's message shows a few words around a mistake; the KPI's name is put among them. -#}
        {%- set name = '/* ' ~ measure.kpi ~ ' ' ~ measure.role ~ ' */ ' -%}
        {%- set condition = name ~ filter_of(measure.expression) -%}
        {{ measure.expression | replace('(', '(' ~ name, 1) | replace('where ', 'where ' ~ name, 1) }} as amount_{{ measure.number }},
        {{- signs_of(measure) }}
        count(*) filter (where {{ condition }}) as row_count_{{ measure.number }}
{%- endmacro %}

{% macro signs_of(measure) -%}
        {%- set condition = '/* ' ~ measure.kpi ~ ' ' ~ measure.role ~ ' */ ' ~ filter_of(measure.expression) -%}
        {%- for name, sign in ([('up', '≥'), ('down', '≤'), ('about', '≈')] if measure.column else []) %}
        max(case when ';' || inexact || ';' like '%;{{ measure.column }}{{ sign }};%' and ({{ condition }}) then 1 else 0 end)
            as {{ name }}_{{ measure.number }},
        {%- endfor %}
{%- endmacro %}

{#-
    Whether the placed rows of a province may be summed up as rows of the province's own region where only what is above it is asked for. Not
    where a region is itself counted or answers for itself, and not where what places the rows is asked of all regions.
-#}
{% macro merges_by_province(measures, placing) %}
    {%- set first = measures[0] -%}
    {%- set texts = (measures | map(attribute='expression') | list) + (placing | map('last') | list) + [first.category or ''] -%}
    {{ return(
        (first.additive or first.distinct or first.median) and 'region_code' not in texts | join(' ') and 'select' not in texts | join(' ')
        and (not first.answer or first.unit_column == 'reporting_unit')
    ) }}
{% endmacro %}

{#- Sums and counts of one placement by the region they lie in and the periods (and spans) they belong to, before they meet the regions above. -#}
{% macro rows_in_periods(measures, number) %}
    {%- set first = measures[0] %}
    select
        kpi_origin,
        kpi_row_region,
        kpi_period,
        kpi_grain,
        {%- if first.category %}
        kpi_category,
        {%- endif %}
        {%- if first.answer %}
        kpi_unit,
        {%- endif %}
        max(kpi_data_to) as kpi_data_to,
        {%- if first.has_states %}
        max(case when kpi_known_from > kpi_end then 1 else 0 end) as is_backfilled,
        {%- endif %}
        {%- for measure in measures %}
        {%- for column, opposite, aggregate in columns_of_measure(measure) %}
        {{ aggregate }}({{ column if first.basis != 'running_total' else 'case when kpi_from >= kpi_start then ' ~ column ~ ' else ' ~ opposite ~ ' end' }})
            as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}{{ ',' if not loop.last }}
        {%- endfor %}
    from placed_{{ number }}
    inner join data_ends on kpi_origin = data_end_origin
    {{- join_periods(first) }}
    group by kpi_origin, kpi_row_region, kpi_period, kpi_grain{{ ', kpi_category' if first.category }}{{ ', kpi_unit' if first.answer }}
{%- endmacro %}

{#- The columns of an additive measure: each with what stands for it when it is taken off a running total, and how it adds up. -#}
{% macro columns_of_measure(measure) %}
    {%- set n = measure.number | string -%}
    {%- set signs = [('up_' ~ n, 'down_' ~ n, 'max'), ('down_' ~ n, 'up_' ~ n, 'max'), ('about_' ~ n, 'about_' ~ n, 'max')] -%}
    {{ return([('amount_' ~ n, '-amount_' ~ n, 'sum')] + (signs if measure.column else []) + [('row_count_' ~ n, '0', 'sum')]) }}
{% endmacro %}

{% macro join_periods(measure) %}
    {%- set by_month = is_told_by_month(measure) %}
    inner join {{ 'periods' if by_month else 'month_periods' if measure.basis in ['period', 'period_in_stock'] and not measure.year else 'all_periods' }}
        on {{ lies_in_period(measure) }}
        {%- if by_month %} and (kpi_grain = 'month' or kpi_end > last_day(data_end)){% endif %}
{%- endmacro %}

{#-
    The measures of one placement by region, period (or span) and category, at every level. Category '' is all of them together: unlike null, it
    can be joined on. A placement without categories has no such column. A span counts where it is the region's own.

    Of a register whose ratio waits for a report (`answer`) only units that have reported count; `due` and `reported` say of how many.
-#}
{% macro measured_rows(measures, number, answers) %}
    {%- set first = measures[0] %}
    {%- set relation = each_counted('placed_' ~ number, 'row_count_' ~ first.number) if first.median
        else ('counted_' if first.distinct and first.basis == 'stock' else 'placed_') ~ number %}
    {%- if first.basis == 'known' %}
    select
        kpi_origin as origin,
        kpi_region,
        {%- for measure in measures %}
        {{ measured_amounts(measure) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }}
    inner join ancestors on kpi_row_region = descendant_code
    group by kpi_origin, kpi_region
    {%- else %}
    {%- set is_due = first.answer and first.role == 'denominator' and first.additive %}
    {%- set has_spans = (not first.year or first.basis == 'plan') and not is_told_by_month(first) %}
    {%- for is_by_category in ([true, false] if first.category else [false]) %}
    {{- '\n    union all' if not loop.first }}
    {%- if has_spans %}
    select levels.* except (kpi_grain)
    from (
    {%- endif %}
    select
        {{ 'origin' if is_due else 'kpi_origin as origin' }},
        kpi_region,
        kpi_period,
        {%- if has_spans %}
        kpi_grain,
        {%- endif %}
        {%- if first.category %}
        {{ 'kpi_category' if is_by_category else "''" }} as category,
        {%- endif %}
        max(kpi_data_to) as data_to_{{ number }},
        bit_or(province_bit) as provinces_{{ number }},
        {%- if first.has_states %}
        max({{ 'is_backfilled' if first.additive else 'case when kpi_known_from > kpi_end then 1 else 0 end' }}) as backfilled_{{ number }},
        {%- endif %}
        {%- if is_due %}
        count(kpi_unit) as due_{{ number }},
        sum(is_answered) as reported_{{ number }},
        {%- endif %}
        {%- for measure in measures %}
        {%- if first.additive %}
        {%- for column, opposite, aggregate in columns_of_measure(measure) %}
        {{ aggregate }}({{ column }}) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
        {%- else %}
        {{ measured_amounts(measure) }}
        {%- endif %}{{ ',' if not loop.last }}
        {%- endfor %}
    {%- if is_due %}
    from ({{ units_due(measures, number, answers, is_by_category) }}
    ) as units
    {%- elif first.additive %}
    from in_periods_{{ number }}
    inner join ancestors on kpi_row_region = descendant_code
    {%- else %}
    from {{ relation }}
    inner join ancestors on kpi_row_region = descendant_code
    inner join data_ends on kpi_origin = data_end_origin
    {{- join_periods(first) }}
    {%- endif %}
    {%- if first.answer and not is_due %}
    inner join {{ join_answered(first, answers) }}
    {%- endif %}
    {%- if is_by_category %}
    where kpi_category is not null
    {%- endif %}
    group by {{ 'origin' if is_due else 'kpi_origin' }}, kpi_region, kpi_period{{ ', kpi_grain' if has_spans }}{{ ', kpi_category' if is_by_category }}
    {%- if has_spans %}
    ) as levels
    left join spans on levels.origin = span_origin and levels.kpi_region = span_region and levels.kpi_period = spans.kpi_period
    where levels.kpi_grain <> 'span' or span_region is not null
    {%- endif %}
    {%- endfor %}
    {%- endif %}
{%- endmacro %}

{#- By region and period each unit of a register once, whether it has reported, and what it adds if it has. -#}
{% macro units_due(measures, number, answers, is_by_category) %}
    {%- set first = measures[0] %}
    {%- set answered = ' filter (where answered.answer_unit is not null)' %}
        select
            kpi_origin as origin,
            kpi_region,
            kpi_period,
            kpi_grain,
            {%- if is_by_category %}
            kpi_category,
            {%- endif %}
            kpi_unit,
            max(case when answered.answer_unit is not null then 1 else 0 end) as is_answered,
            max(kpi_data_to){{ answered }} as kpi_data_to,
            bit_or(province_bit){{ answered }} as province_bit,
            {%- if first.has_states %}
            coalesce(max(is_backfilled){{ answered }}, 0) as is_backfilled,
            {%- endif %}
            {%- for measure in measures %}
            {%- for column, opposite, aggregate in columns_of_measure(measure) %}
            {{ aggregate }}({{ column }}){{ answered }} as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}{{ ',' if not loop.last }}
            {%- endfor %}
        from in_periods_{{ number }}
        inner join ancestors on kpi_row_region = descendant_code
        left join {{ join_answered(first, answers) }}
        group by kpi_origin, kpi_region, kpi_period, kpi_grain, kpi_unit{{ ', kpi_category' if is_by_category }}
{%- endmacro %}

{% macro join_answered(measure, answers) -%}
    answered_{{ answers.index(measure.answer) + 1 }} as answered
        on kpi_origin = answered.answer_origin and kpi_unit = answered.answer_unit
        and kpi_row_region = answered.answer_region and kpi_period = answered.answer_period
{%- endmacro %}

{#-
    Whether a quarter, year or span that is over says what its last month says: stocks and running sums do. They are counted by month (and for
    what runs), and taken over from there.
-#}
{% macro is_told_by_month(measure) %}
    {{ return(
        measure.basis in ['stock', 'cumulative', 'year_to_date'] and not measure.year
        and (measure.answer is none or measure.answer.split('|')[2] != 'period')
    ) }}
{% endmacro %}

{#- The condition under which a placed row belongs to a period. Nothing is claimed after the month up to which anybody has reported. -#}
{% macro lies_in_period(measure) -%}
    {%- if measure.basis == 'plan' -%}
        kpi_row_year = kpi_year and kpi_start <= data_end
    {%- elif measure.year and measure.basis == 'cumulative' -%}
        ((kpi_grain = 'year' and kpi_row_year <= kpi_year and kpi_start <= data_end) or kpi_grain = 'all')
    {%- elif measure.year -%}
        ((kpi_grain = 'year' and kpi_row_year = kpi_year and kpi_start <= data_end) or kpi_grain = 'all')
    {%- elif measure.basis == 'period' -%}
        kpi_month = kpi_period_month and kpi_start <= data_end
    {%- elif measure.basis == 'cumulative' -%}
        kpi_month <= kpi_end and kpi_start <= data_end
    {%- elif measure.basis == 'year_to_date' -%}
        kpi_month <= kpi_end and extract(year from kpi_month) = kpi_year and kpi_start <= data_end
    {%- elif measure.basis == 'stock' -%}
        kpi_from <= kpi_end and (kpi_to is null or kpi_to > least(kpi_end, last_day(data_end))) and kpi_start <= data_end
    {%- elif measure.basis == 'period_in_stock' -%}
        kpi_month = kpi_period_month and kpi_start <= data_end
        and kpi_from <= kpi_end and (kpi_to is null or kpi_to > least(kpi_end, last_day(data_end)))
    {%- elif measure.basis == 'open' -%}
        kpi_from <= kpi_end and (kpi_to is null or kpi_to >= kpi_start) and kpi_start <= data_end
    {%- elif measure.basis == 'running_total' -%}
        kpi_start <= data_end and kpi_from <= kpi_end
        and ((kpi_from >= kpi_start and (kpi_to is null or kpi_to > kpi_end)) or (kpi_from < kpi_start and kpi_to between kpi_start and kpi_end))
    {%- endif -%}
    {%- if measure.has_states %}
        and kpi_state_from <= kpi_end and (kpi_state_to is null or kpi_state_to > least(kpi_end, last_day(data_end)))
    {%- endif -%}
{%- endmacro %}
