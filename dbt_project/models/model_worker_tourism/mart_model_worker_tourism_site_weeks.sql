{{ narrow_by_place([ref('fct_model_worker_tourism_shifts')]) }}
with shifts as (
    select
        *,
        {{ month_of('service_date') }} as service_month,
        {{ week_of('service_date') }} as week_start
    from {{ ref('fct_model_worker_tourism_shifts') }}
    where not is_orphan
),

site_weeks as (
    select
        origin,
        region_code,
        reported_region_code as site_region_code,
        site_name,
        service_month,
        week_start,
        count(*) as shift_count,
        count(visitors_served) as counted_shifts,
        sum(visitors_served) as visitors_served,
        {{ sign_of_sum('visitors_served') }} as visitors_served_sign
    from shifts
    group by origin, region_code, reported_region_code, site_name, service_month, week_start
)

select * from site_weeks
