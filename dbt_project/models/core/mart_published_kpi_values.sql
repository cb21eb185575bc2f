-- A stock stands in the month, quarter and year of its as-of date and in 'all'; a figure about one named year in that year; the rest in 'all'.
with figures as (
    select * from {{ ref('fct_published_figures') }}
    where kpi is not null and is_publishable
),

placed as (
    select
        figures.*,
        kpis.basis = 'stock' and not figures.is_target as stands_at_its_date,
        case
            when length(figures.period_start) >= 10 and length(figures.as_of) >= 10
                and substring(figures.period_start, 5, 6) = '-01-01' and substring(figures.as_of, 5, 6) = '-12-31'
                and substring(figures.period_start, 1, 4) = substring(figures.as_of, 1, 4)
                then substring(figures.as_of, 1, 4)
            when length(figures.period_start) = 4 and figures.period_start = figures.as_of then figures.as_of
        end as named_year,
        case when length(figures.as_of) >= 10 then try_cast(figures.as_of as date) end as as_of_date
    from figures
    inner join {{ ref('dim_kpi') }} as kpis on figures.kpi = kpis.kpi
),

in_periods as (
    select
        placed.*,
        periods.period,
        periods.period_grain,
        periods.period_end
    from placed
    inner join {{ ref('dim_period') }} as periods
        on case
            when placed.named_year is not null and not placed.stands_at_its_date then periods.period = placed.named_year
            when placed.stands_at_its_date
                then periods.period_grain = 'all' or placed.as_of_date between periods.period_start and periods.period_end
            else periods.period_grain = 'all'
        end
),

valued as (
    select
        in_periods.kpi,
        in_periods.programme,
        -- The alliance belongs to the nation under its own heading, whatever the figure says.
        case when programmes.is_ranked then in_periods.region_code else '000000' end as region,
        in_periods.period,
        in_periods.period_grain,
        in_periods.period_end,
        'published' as origin,
        cast(null as {{ text_type() }}) as category,
        cast(null as double) as numerator,
        cast(null as double) as denominator,
        -- What was announced as a goal is a target, not a value.
        case when not in_periods.is_target then try_cast(in_periods.value as double) end as value,
        case when not in_periods.is_target then try_cast(in_periods.value_upper as double) end as value_upper,
        coalesce(in_periods.sign, '') as qualifier,
        cast(1 as bigint) as row_count,
        in_periods.as_of_date as as_of,
        cast(null as integer) as provinces_reported,
        true as is_reported_by_then,
        false as is_backfilled,
        cast(null as integer) as reported_units,
        cast(null as integer) as due_units,
        cast(null as {{ text_type() }}) as reported_from,
        cast(null as {{ text_type() }}) as reported_to
    from in_periods
    inner join {{ ref('dim_programme') }} as programmes on in_periods.programme = programmes.programme
    qualify row_number() over (
        partition by in_periods.kpi, in_periods.region_code, in_periods.period
        order by in_periods.is_target, in_periods.figure_id
    ) = 1
),

{{ with_targets('valued') }}

select * from kpi_values
