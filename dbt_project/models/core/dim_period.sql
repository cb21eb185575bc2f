{%- set first_year = 1990 %}

with months as (
    select {{ add_months("cast('" ~ first_year ~ "-01-01' as date)", 'n') }} as period_start
    from ({{ numbers(60 * 12) }}) as numbers
),

-- Nothing can have happened after the year we are in.
months_so_far as (
    select
        period_start,
        extract(year from period_start) as period_year,
        extract(month from period_start) as month_number,
        cast(ceil(extract(month from period_start) / 3.0) as integer) as quarter_number
    from months
    where extract(year from period_start) <= extract(year from {{ today() }})
),

periods as (
    select
        substring(cast(period_start as {{ text_type() }}), 1, 7) as period,
        'month' as period_grain,
        period_start,
        last_day(period_start) as period_end,
        cast(period_year as integer) as period_year
    from months_so_far
    union all
    select
        cast(period_year as {{ text_type() }}) || 'Q' || cast(quarter_number as {{ text_type() }}),
        'quarter',
        min(period_start),
        last_day(max(period_start)),
        cast(period_year as integer)
    from months_so_far
    group by period_year, quarter_number
    union all
    select
        cast(period_year as {{ text_type() }}),
        'year',
        min(period_start),
        last_day(max(period_start)),
        cast(period_year as integer)
    from months_so_far
    group by period_year
    union all
    select 'all', 'all', min(period_start), last_day(max(period_start)), cast(null as integer)
    from months_so_far
)

select * from periods
