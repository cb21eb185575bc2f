-- First check-ups of the plan's groups since the beginning of the year, beside the plan of the year, month by month.
with months as (
    select
        period,
        period_start,
        period_end,
        period_year
    from {{ ref('dim_period') }}
    where period_grain = 'month'
),

-- Once per region and month, before they meet the regions and months that contain them.
sessions as (
    select
        origin,
        region_code,
        {{ month_of('session_date') }} as session_month,
        -- What is inexact about people outside the plan says nothing about those in it.
        case when is_target_group then inexact end as inexact,
        sum(first_time_persons) filter (where is_target_group) as first_time_persons
    from {{ ref('fct_health_checkup_sessions') }}
    where not is_orphan
    group by origin, region_code, {{ month_of('session_date') }}, case when is_target_group then inexact end
),

submissions as (
    select * from {{ ref('fct_submissions') }}
    where programme = 'health_checkup'
),

data_ends as (
    select
        origin,
        max(report_month) as data_end
    from submissions
    group by origin
),

checked as (
    select
        sessions.origin,
        ancestors.ancestor_code as region_code,
        months.period,
        coalesce(sum(sessions.first_time_persons), 0) as persons,
        {{ sign_of_sum(['first_time_persons']) }} as persons_sign,
        sum(sessions.first_time_persons) filter (where sessions.session_month = months.period_start) as month_persons
    from sessions
    inner join {{ ref('bridge_region_ancestor') }} as ancestors
        on sessions.region_code = ancestors.region_code
    inner join data_ends
        on sessions.origin = data_ends.origin
    inner join months
        on
            sessions.session_month <= months.period_start
            and extract(year from sessions.session_month) = months.period_year
            and months.period_start <= data_ends.data_end
    group by sessions.origin, ancestors.ancestor_code, months.period
),

planned as (
    select
        centres.origin,
        ancestors.ancestor_code as region_code,
        months.period,
        sum(centres.target_persons) as plan_persons,
        {{ sign_of_sum(['target_persons']) }} as plan_sign
    from {{ ref('fct_health_checkup_centres') }} as centres
    inner join {{ ref('bridge_region_ancestor') }} as ancestors
        on centres.region_code = ancestors.region_code
    inner join data_ends
        on centres.origin = data_ends.origin
    inner join months
        on
            centres.target_year = months.period_year
            and months.period_start <= data_ends.data_end
            and {{ state_at('centres', 'months.period_start') }}
    group by centres.origin, ancestors.ancestor_code, months.period
),

-- Who has reported sessions this year and has none has checked nobody; who has not reported is missing.
reported as (
    select distinct
        submissions.origin,
        ancestors.ancestor_code as region_code,
        months.period
    from submissions
    inner join {{ ref('bridge_region_ancestor') }} as ancestors
        on submissions.region_code = ancestors.region_code
    inner join data_ends
        on submissions.origin = data_ends.origin
    inner join months
        on
            submissions.report_month <= months.period_start
            and extract(year from submissions.report_month) = months.period_year
            and months.period_start <= data_ends.data_end
    where submissions.table_name = 'session'
),

keys as (
    select origin, region_code, period from checked
    union distinct
    select origin, region_code, period from planned
    union distinct
    select origin, region_code, period from reported
),

paced as (
    select
        keys.origin,
        keys.region_code,
        keys.period,
        case when reported.period is not null then coalesce(checked.persons, 0) else checked.persons end as persons,
        coalesce(checked.persons_sign, '') as persons_sign,
        planned.plan_persons,
        coalesce(planned.plan_sign, '') as plan_sign,
        checked.month_persons
    from keys
    left join checked
        on keys.origin = checked.origin and keys.region_code = checked.region_code and keys.period = checked.period
    left join planned
        on keys.origin = planned.origin and keys.region_code = planned.region_code and keys.period = planned.period
    left join reported
        on keys.origin = reported.origin and keys.region_code = reported.region_code and keys.period = reported.period
)

select * from paced
