{{ narrow_by_record(ref('stg_social_org_federation__service_sites'), ['site_id']) }}
with sites as (
    {{ latest_state(ref('stg_social_org_federation__service_sites'), ['site_id', 'report_period'], 'site_period_key') }}
),

in_series as (
    select
        *,
        concat_ws('/', origin, owner_region_code, site_id) as site_key
    from sites
),

-- A running total that is lower in a new year has begun anew.
counted as (
    {{ running_totals('in_series', 'site_key', 'served_times', resets=true) }}
),

judged as (
    select
        *,
        false as is_orphan,
        cast(report_period || '-01' as date) as report_month
    from counted
)

select * from judged
