-- Why the follow-up rate counts what it counts: sessions whose follow-up is due, sessions still too young, sessions without the figures.
with sessions as (
    select
        *,
        {{ month_of('session_date') }} as session_month,
        abnormal_persons is not null as has_findings,
        {{ days_between('session_date', today()) }} < 30 as is_young
    from {{ ref('fct_health_checkup_sessions') }}
    where not is_orphan
),

-- Once per region and month, before they meet the regions and periods that contain them.
by_month as (
    select
        origin,
        region_code,
        session_month,
        count(*) as sessions,
        count(*) filter (where is_followup_due) as due_sessions,
        count(*) filter (where has_findings and is_young) as young_sessions,
        count(*) filter (where has_findings and not is_young and not is_followup_due) as sessions_without_followup,
        count(*) filter (where not has_findings) as sessions_without_findings
    from sessions
    group by origin, region_code, session_month
),

counted as (
    select
        by_month.origin,
        ancestors.ancestor_code as region_code,
        month_periods.period,
        sum(by_month.sessions) as sessions,
        sum(by_month.due_sessions) as due_sessions,
        sum(by_month.young_sessions) as young_sessions,
        sum(by_month.sessions_without_followup) as sessions_without_followup,
        sum(by_month.sessions_without_findings) as sessions_without_findings
    from by_month
    inner join {{ ref('bridge_region_ancestor') }} as ancestors on by_month.region_code = ancestors.region_code
    inner join {{ ref('bridge_month_period') }} as month_periods on by_month.session_month = month_periods.month_start
    group by by_month.origin, ancestors.ancestor_code, month_periods.period
)

select * from counted
