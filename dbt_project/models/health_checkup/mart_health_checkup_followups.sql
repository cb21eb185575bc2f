-- Why the follow-up rate counts what it counts: sessions whose follow-up is due, sessions still too young, sessions without the figures.
with sessions as (
    select
        *,
        abnormal_persons is not null as has_findings,
        {{ days_between('session_date', today()) }} < 30 as is_young
    from {{ ref('fct_health_checkup_sessions') }}
    where not is_orphan
),

placed as (
    select
        sessions.*,
        ancestors.ancestor_code,
        periods.period
    from sessions
    inner join {{ ref('bridge_region_ancestor') }} as ancestors
        on sessions.region_code = ancestors.region_code
    inner join {{ ref('dim_period') }} as periods
        on sessions.session_date between periods.period_start and periods.period_end
),

counted as (
    select
        origin,
        ancestor_code as region_code,
        period,
        count(*) as sessions,
        count(*) filter (where is_followup_due) as due_sessions,
        count(*) filter (where has_findings and is_young) as young_sessions,
        count(*) filter (where has_findings and not is_young and not is_followup_due) as sessions_without_followup,
        count(*) filter (where not has_findings) as sessions_without_findings
    from placed
    group by origin, ancestor_code, period
)

select * from counted
