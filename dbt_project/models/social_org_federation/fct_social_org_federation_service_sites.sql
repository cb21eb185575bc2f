with sites as (
    {{ latest_state(ref('stg_social_org_federation__service_sites'), ['site_id', 'report_period']) }}
),

-- A running total begins a new run of periods, which adds up to it and what follows.
runs as (
    select
        *,
        count(case when data_basis <> '本期' then 1 end) over (partition by origin, site_id order by report_period) as run_number
    from sites
),

totalled as (
    select
        *,
        sum(served_times) over (partition by origin, site_id, run_number order by report_period) as times_so_far
    from runs
),

compared as (
    select
        *,
        coalesce(lag(times_so_far) over (partition by origin, site_id order by report_period), 0) as times_before,
        substring(lag(report_period) over (partition by origin, site_id order by report_period), 1, 4) as year_before
    from totalled
),

-- What a running total adds is what it exceeds the one before by; one that is lower in a new year has begun anew.
judged as (
    select
        * except (inexact),
        false as is_orphan,
        case
            when data_basis = '本期' then served_times
            when served_times < times_before and substring(report_period, 1, 4) > year_before then served_times
            else served_times - times_before
        end as served_times_in_period,
        cast(report_period || '-01' as date) as report_month,
        inexact || ';' || replace(inexact, 'served_times', 'served_times_in_period') as inexact
    from compared
)

select * from judged
