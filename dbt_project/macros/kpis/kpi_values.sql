{#-
    Every KPI of one programme, or of one of its facts: one row per KPI, region, period, origin and category.

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
{% macro kpi_values(programme, fact=none) %}
{%- set definitions = kpi_definitions(programme, fact) -%}
{%- set measures = numbered_measures(definitions) -%}
{%- set placements = measures | map(attribute='placement') | unique | list -%}
{%- set families = kpi_families(definitions, measures, placements) -%}
{%- set tables = families | map(attribute='table') | unique | list -%}
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

-- Denominators that no office reports.
reference_measures as (
    select measure, region_code, period, amount
    from {{ ref('int_core__reference_measures') }}
),

-- Only what is asked for, so that a file of another table leaves these values as they are.
submissions as (
    select * from {{ ref('fct_submissions') }}
    where programme = '{{ programme }}'
    {%- if tables | length == 1 and not families | selectattr('is_answered') | list %} and table_name = '{{ tables[0] }}'
    {%- endif %}
),

data_ends as (
    select origin as data_end_origin, data_end from {{ ref('int_core__data_ends') }}
    where programme = '{{ programme }}'
),
{%- for placement in placements %}
{%- set placed = measures | selectattr('placement', 'equalto', placement) | list %}

placed_{{ loop.index }} as ({{ placed_rows(placed) }}
),

measured_{{ loop.index }} as ({{ measured_rows(placed, loop.index) }}
),
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

valued as (
    select
        *,
        case when is_ratio then numerator / nullif(denominator, 0) else numerator end as value,
        cast(null as double) as value_upper
    from amounts
),

{{ with_targets('valued', programme) }}

select * from kpi_values
{% endmacro %}

{#- The measures of all definitions that are aggregates of a fact, numbered, each with the placement it shares with others. -#}
{% macro numbered_measures(definitions) %}
    {%- set measures = [] -%}
    {%- for definition in definitions -%}
        {%- for measure in definition.measures if measure.expression -%}
            {%- set additive = is_additive(measure.expression) -%}
            {%- do measures.append(dict(measure, number=measures | length + 1, additive=additive,
                column=valued_column_of(measure.expression), placement=[
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
        {%- else %}
        data_to_date as kpi_data_to,
        facts.*
        {%- endif %}
    from {{ ref(first.fact) }} as facts
    where not is_orphan
        and {{ first.year or first['from'] if first.year or first.basis in ['stock', 'open'] else first.date }} is not null
    {%- if first.additive %}
    group by {{ range(1, placing | length + (4 if first.category else 3)) | join(', ') }}
    {%- endif %}
{%- endmacro %}

{#- One measure's aggregates: its amount, whether what it adds up are bounds or estimates (a count is exact), and the rows it counts. -#}
{% macro aggregates_of(measure) -%}
        {#- An engine's message shows a few words around a mistake; the KPI's name is put among them. -#}
        {%- set name = '/* ' ~ measure.kpi ~ ' ' ~ measure.role ~ ' */ ' -%}
        {%- set condition = name ~ filter_of(measure.expression) -%}
        {{ measure.expression | replace('(', '(' ~ name, 1) | replace('where ', 'where ' ~ name, 1) }} as amount_{{ measure.number }},
        {%- for name, sign in ([('up', '≥'), ('down', '≤'), ('about', '≈')] if measure.column else []) %}
        max(case when ';' || inexact || ';' like '%;{{ measure.column }}{{ sign }};%' and ({{ condition }}) then 1 else 0 end)
            as {{ name }}_{{ measure.number }},
        {%- endfor %}
        count(*) filter (where {{ condition }}) as row_count_{{ measure.number }}
{%- endmacro %}

{#-
    The measures of one placement by region, period and category, at every level. Category '' is all of them together: unlike null, it can be
    joined on. A placement without categories has no such column.
-#}
{% macro measured_rows(measures, number) %}
    {%- set first = measures[0] %}
    {%- for is_by_category in ([true, false] if first.category else [false]) %}
    {{- '\n    union all' if not loop.first }}
    select
        kpi_origin as origin,
        kpi_region,
        kpi_period,
        {%- if first.category %}
        {{ 'kpi_category' if is_by_category else "''" }} as category,
        {%- endif %}
        max(kpi_data_to) as data_to_{{ number }},
        bit_or(province_bit) as provinces_{{ number }},
        {%- for measure in measures %}
        {%- if first.additive %}
        sum(amount_{{ measure.number }}) as amount_{{ measure.number }},
        {%- for sign in (['up', 'down', 'about'] if measure.column else []) %}
        max({{ sign }}_{{ measure.number }}) as {{ sign }}_{{ measure.number }},
        {%- endfor %}
        sum(row_count_{{ measure.number }}) as row_count_{{ measure.number }}
        {%- else %}
        {{ aggregates_of(measure) }}
        {%- endif %}{{ ',' if not loop.last }}
        {%- endfor %}
    from placed_{{ number }}
    inner join ancestors on kpi_row_region = descendant_code
    inner join data_ends on kpi_origin = data_end_origin
    inner join {{ 'month_periods' if first.basis == 'period' and not first.year else 'periods' }} on {{ lies_in_period(first) }}
    {%- if is_by_category %}
    where kpi_category is not null
    {%- endif %}
    group by kpi_origin, kpi_region, kpi_period{{ ', kpi_category' if is_by_category }}
    {%- endfor %}
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
