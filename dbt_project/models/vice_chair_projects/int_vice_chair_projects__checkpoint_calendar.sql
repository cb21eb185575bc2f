with periods as (
    select * from {{ ref('dim_period') }}
),

calendar as (
    select '月汇报' as checkpoint_type, period as due_period, period_start as due_from, period_end as due_on
    from periods
    where period_grain = 'month'
    union all
    select '季例会', period, period_start, period_end
    from periods
    where period_grain = 'quarter'
    union all
    select
        '半年推进',
        substring(period, 1, 4) || case when substring(period, 6, 2) = '06' then 'H1' else 'H2' end,
        {{ add_months('period_start', -5) }},
        period_end
    from periods
    where period_grain = 'month' and substring(period, 6, 2) in ('06', '12')
    union all
    select '年评估', period, period_start, period_end
    from periods
    where period_grain = 'year'
)

select * from calendar
