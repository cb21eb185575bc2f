{#-
    Every KPI of one programme: one row per KPI, region, period, origin and category.

    The one place where KPIs are evaluated. Rows of a fact are placed in periods (month, quarter, year, all) and in their region and all
    regions that contain it. Numerator and denominator are kept apart, so ratios are sums over sums. Sums and counts are taken once per
    region and month and added up from there; medians and distinct counts are taken from the rows at each level.

    How a basis places a row:
      period        its date lies in the period
      cumulative    its date is not after the period
      year_to_date  its date lies in the period's year and not after the period
      plan          its year is the period's year (a yearly plan is the denominator of every month of that year)
      stock         it began by the end of the period and had not ended by then
      open          it began by the end of the period and had not ended before the period began
      period_in_stock   its date lies in the period and it is in stock at the period's end
-#}
{% macro kpi_values(programme) %}
{%- set definitions = kpi_definitions(programme) -%}
{%- set measures = numbered_measures(definitions) -%}
{%- set placements = measures | map(attribute='placement') | unique | list -%}
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

-- The periods a month lies in, each month with each: joined by equality, not by a range.
month_periods as (
    select month_start as kpi_period_month, period as kpi_period, period_grain as kpi_grain
    from {{ ref('bridge_month_period') }}
),

definitions as (
    select * from {{ ref('dim_kpi') }}
    where programme = '{{ programme }}'
),

submissions as (
    select * from {{ ref('fct_submissions') }}
    where programme = '{{ programme }}'
),

-- Stocks and running sums go on until the last month anybody has reported, and no further.
data_ends as (
    select origin as data_end_origin, max(report_month) as data_end
    from submissions
    group by origin
),
{% for placement in placements %}
{%- set placed = measures | selectattr('placement', 'equalto', placement) | list %}
placed_{{ loop.index }} as ({{ placed_rows(placed) }}
),

measured_{{ loop.index }} as ({{ measured_rows(placed, 'placed_' ~ loop.index) }}
),
{% endfor %}
{%- set standing = standing_ratios(definitions) %}
{{ coverage_ctes(standing) }}

amounts as (
    select
        kpi, 'coverage' as role, origin, kpi_region, kpi_period, cast(null as {{ text_type() }}) as category,
        cast(null as double) as amount, 0 as up, 0 as down, 0 as about, 0 as row_count, data_to_date, provinces
    from coverage
    {%- if standing %}
    union all
    select
        kpi, 'answer', origin, kpi_region, kpi_period, cast(null as {{ text_type() }}),
        cast(null as double), 0, 0, 0, 0, data_to_date, 0
    from answered
    {%- endif %}
    {%- for placement in placements %}
    {%- set number = loop.index %}
    {%- for measure in measures | selectattr('placement', 'equalto', placement) %}
    union all
    select
        '{{ measure.kpi }}', '{{ measure.role }}', origin, kpi_region, kpi_period, category,
        cast(amount_{{ measure.number }} as double), up_{{ measure.number }}, down_{{ measure.number }}, about_{{ measure.number }},
        row_count_{{ measure.number }}, data_to_date, provinces
    from measured_{{ number }}
    {%- endfor %}
    {%- endfor %}
),

together as (
    select
        kpi,
        origin,
        kpi_region,
        kpi_period,
        category,
        max(case when role = 'numerator' then amount end) as numerator,
        max(case when role = 'denominator' then amount end) as denominator,
        max(case when role = 'denominator' then down else up end) as up,
        max(case when role = 'denominator' then up else down end) as down,
        max(about) as about,
        max(case when role = 'numerator' then row_count end) as numerator_rows,
        max(case when role = 'denominator' then row_count end) as denominator_rows,
        max(case when role = 'coverage' then 1 else 0 end) as is_covered,
        max(case when role not in ('denominator', 'answer') then 1 else 0 end) as is_reported,
        max(case when role = 'answer' then 1 else 0 end) as is_answered,
        max(case when role not in ('coverage', 'answer') then data_to_date end) as data_to_date,
        max(data_to_date) as covered_to_date,
        max(bit_count(provinces)) as provinces_reported
    from amounts
    group by kpi, origin, kpi_region, kpi_period, category
),

{% if measures | selectattr('over', 'equalto', 'total') | list %}
-- A share of the whole divides each category by what all categories have together.
shared as (
    select
        together.*,
        max(case when category is null then denominator end) over (
            partition by kpi, origin, kpi_region, kpi_period
        ) as total_denominator
    from together
),
{%- else %}
shared as (
    select together.*, cast(null as double) as total_denominator
    from together
),
{%- endif %}

completed as (
    select
        together.kpi,
        definitions.programme,
        together.origin,
        together.kpi_region as region,
        together.kpi_period as period,
        periods.kpi_grain as period_grain,
        periods.kpi_end as period_end,
        together.category,
        case
            when together.numerator is null and coalesce(together.numerator_rows, 0) = 0 and definitions.is_zero_when_empty then 0
            else together.numerator
        end as numerator,
        case
            when not definitions.is_ratio then null
            when definitions.reference_measure is not null then reference_measures.amount
            when definitions.is_denominator_over_total then together.total_denominator
            when together.denominator is null and coalesce(together.denominator_rows, 0) = 0
                and definitions.is_denominator_zero_when_empty then 0
            else together.denominator
        end as denominator,
        definitions.is_ratio,
        case
            when together.about = 1 or (together.up = 1 and together.down = 1) then '≈'
            when together.up = 1 then '≥'
            when together.down = 1 then '≤'
            else ''
        end as qualifier,
        cast(coalesce(
            case
                when definitions.is_denominator_over_total then together.numerator_rows
                when definitions.counts_denominator_rows then together.denominator_rows
                else together.numerator_rows
            end, 0
        ) as bigint) as row_count,
        least(coalesce(together.data_to_date, together.covered_to_date), periods.kpi_end) as as_of,
        cast(together.provinces_reported as integer) as provinces_reported,
        {% if 'within_year' in definitions | map(attribute='additive') | map('string') | join -%}
        coalesce(definitions.additive_time = 'within_year', false) and periods.kpi_grain = 'all'
            and count(case when periods.kpi_grain = 'year' then 1 end) over (
                partition by together.kpi, together.origin, together.kpi_region, together.category
            ) > 1
        {%- else -%}
        false
        {%- endif %} as is_added_over_years
    from shared as together
    inner join definitions on together.kpi = definitions.kpi
    inner join periods on together.kpi_period = periods.kpi_period
    left join {{ ref('int_core__reference_measures') }} as reference_measures
        on definitions.reference_measure = reference_measures.measure
        and together.kpi_region = reference_measures.region_code
        and (reference_measures.period is null or together.kpi_period = reference_measures.period)
    where (together.is_reported = 1 or (together.is_answered = 1 and coalesce(together.denominator_rows, 0) > 0))
        and not (definitions.is_category_only and together.category is null)
        and not (definitions.grain = 'year' and periods.kpi_grain in ('month', 'quarter'))
),

valued as (
    select
        *,
        case when is_ratio then numerator / nullif(denominator, 0) else numerator end as value,
        cast(null as double) as value_upper
    from completed
    where not is_added_over_years
),

{{ with_targets('valued') }}

select * from kpi_values
{% endmacro %}

{#- Ratios of what happened in a period to what stood in it: their denominators have rows where nothing happened. -#}
{% macro standing_ratios(definitions) %}
    {%- set names = [] -%}
    {%- for definition in definitions if definition.basis in ['period', 'year_to_date'] and definition.grain != 'year' -%}
        {%- set placed = definition.measures | selectattr('expression') | rejectattr('over') | list -%}
        {%- if placed | length == 2 and (
            placed[0].fact != placed[1].fact or placed[0].basis != placed[1].basis
        ) -%}
            {%- do names.append(definition.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}

{#- The measures of all definitions that are aggregates of a fact, numbered, each with the placement it shares with others. -#}
{% macro numbered_measures(definitions) %}
    {%- set measures = [] -%}
    {%- for definition in definitions -%}
        {%- for measure in definition.measures if measure.expression -%}
            {%- set additive = is_additive(measure.expression) -%}
            {%- do measures.append(dict(measure, number=measures | length + 1, additive=additive, placement=[
                measure.fact, measure.basis, measure.date, measure['from'], measure.to, measure.year, measure.category, additive
            ] | join('|'))) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(measures) }}
{% endmacro %}

{#- Rows of one fact with the months (or year) that place them; additive measures already summed per region and month. -#}
{% macro placed_rows(measures) %}
    {%- set first = measures[0] -%}
    {%- set placing = [] -%}
    {%- if first.year -%}{%- do placing.append(('kpi_row_year', 'cast(' ~ first.year ~ ' as integer)')) -%}
    {%- elif first.basis in ['stock', 'open', 'period_in_stock'] -%}
        {%- if first.basis == 'period_in_stock' -%}{%- do placing.append(('kpi_month', month_of(first.date))) -%}{%- endif -%}
        {%- do placing.append(('kpi_from', month_of(first['from']))) -%}
        {%- do placing.append(('kpi_to', month_of(first.to) if first.to else 'cast(null as date)')) -%}
    {%- else -%}{%- do placing.append(('kpi_month', month_of(first.date))) -%}
    {%- endif %}
    select
        origin as kpi_origin,
        region_code as kpi_row_region,
        {{ first.category if first.category else 'cast(null as ' ~ text_type() ~ ')' }} as kpi_category,
        {%- for name, expression in placing %}
        {{ expression }} as {{ name }},
        {%- endfor %}
        {%- if first.additive %}
        max(data_to_date) as kpi_data_to,
        {%- for measure in measures %}
        {{ aggregates_of(measure) }}{{ ',' if not loop.last }}
        {%- endfor %}
        {%- else %}
        data_to_date as kpi_data_to,
        facts.*
        {%- endif %}
    from {{ ref(first.fact) }} as facts
    where not is_orphan
        and {{ first.year or first['from'] if first.year or first.basis in ['stock', 'open'] else first.date }} is not null
    {%- if first.additive %}
    group by {{ range(1, placing | length + 4) | join(', ') }}
    {%- endif %}
{%- endmacro %}

{#- One measure's aggregates: its amount, whether what it adds up are bounds or estimates, and the rows it counts. -#}
{% macro aggregates_of(measure) -%}
        {%- set column = valued_column_of(measure.expression) -%}
        {#- An engine's message shows a few words around a mistake; the KPI's name is put among them. -#}
        {%- set name = '/* ' ~ measure.kpi ~ ' ' ~ measure.role ~ ' */ ' -%}
        {%- set condition = name ~ filter_of(measure.expression) -%}
        {{ measure.expression | replace('(', '(' ~ name, 1) | replace('where ', 'where ' ~ name, 1) }} as amount_{{ measure.number }},
        {%- for name, sign in [('up', '≥'), ('down', '≤'), ('about', '≈')] %}
        {% if column -%}
        max(case when ';' || inexact || ';' like '%;{{ column }}{{ sign }};%' and ({{ condition }}) then 1 else 0 end)
        {%- else -%} 0
        {%- endif %} as {{ name }}_{{ measure.number }},
        {%- endfor %}
        count(*) filter (where {{ condition }}) as row_count_{{ measure.number }}
{%- endmacro %}

{#- The measures by region, period and category, at every level. -#}
{% macro measured_rows(measures, placed) %}
    {%- set first = measures[0] %}
    select
        kpi_origin as origin,
        kpi_region,
        kpi_period,
        kpi_category as category,
        max(kpi_data_to) as data_to_date,
        bit_or(province_bit) as provinces,
        {%- for measure in measures %}
        {%- if first.additive %}
        sum(amount_{{ measure.number }}) as amount_{{ measure.number }},
        max(up_{{ measure.number }}) as up_{{ measure.number }},
        max(down_{{ measure.number }}) as down_{{ measure.number }},
        max(about_{{ measure.number }}) as about_{{ measure.number }},
        sum(row_count_{{ measure.number }}) as row_count_{{ measure.number }}
        {%- else %}
        {{ aggregates_of(measure) }}
        {%- endif %}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ placed }}
    inner join ancestors on kpi_row_region = descendant_code
    inner join data_ends on kpi_origin = data_end_origin
    inner join {{ 'month_periods' if first.basis == 'period' and not first.year else 'periods' }} on {{ lies_in_period(first) }}
    group by kpi_origin, kpi_region, kpi_period, kpi_category
    {%- if first.category %}
    {#- A KPI with categories is also taken over all of them. #}
    union all
    select
        kpi_origin,
        kpi_region,
        kpi_period,
        cast(null as {{ text_type() }}),
        max(kpi_data_to),
        bit_or(province_bit),
        {%- for measure in measures %}
        {%- if first.additive %}
        sum(amount_{{ measure.number }}),
        max(up_{{ measure.number }}),
        max(down_{{ measure.number }}),
        max(about_{{ measure.number }}),
        sum(row_count_{{ measure.number }})
        {%- else %}
        {{ aggregates_of(measure) }}
        {%- endif %}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ placed }}
    inner join ancestors on kpi_row_region = descendant_code
    inner join data_ends on kpi_origin = data_end_origin
    inner join {{ 'month_periods' if first.basis == 'period' and not first.year else 'periods' }} on {{ lies_in_period(first) }}
    group by kpi_origin, kpi_region, kpi_period
    {%- endif %}
{%- endmacro %}

{#- The condition under which a placed row belongs to a period. -#}
{% macro lies_in_period(measure) -%}
    {%- if measure.basis == 'plan' -%}
        kpi_row_year = kpi_year and kpi_start <= data_end
    {%- elif measure.year and measure.basis == 'cumulative' -%}
        (kpi_grain = 'year' and kpi_row_year <= kpi_year and kpi_start <= data_end) or kpi_grain = 'all'
    {%- elif measure.year -%}
        (kpi_grain = 'year' and kpi_row_year = kpi_year) or kpi_grain = 'all'
    {%- elif measure.basis == 'period' -%}
        kpi_month = kpi_period_month
    {%- elif measure.basis == 'cumulative' -%}
        kpi_month <= kpi_end and kpi_start <= data_end
    {%- elif measure.basis == 'year_to_date' -%}
        kpi_month <= kpi_end and extract(year from kpi_month) = kpi_year and kpi_start <= data_end
    {%- elif measure.basis == 'stock' -%}
        kpi_from <= kpi_end and (kpi_to is null or kpi_to > least(kpi_end, last_day(data_end))) and kpi_start <= data_end
    {%- elif measure.basis == 'period_in_stock' -%}
        kpi_month between kpi_start and kpi_end and kpi_start <= data_end
        and kpi_from <= kpi_end and (kpi_to is null or kpi_to > least(kpi_end, last_day(data_end)))
    {%- elif measure.basis == 'open' -%}
        kpi_from <= kpi_end and (kpi_to is null or kpi_to >= kpi_start) and kpi_start <= data_end
    {%- endif -%}
{%- endmacro %}
