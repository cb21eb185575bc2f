{{ narrow_by_record(ref('stg_model_worker_tourism__shifts'), ['shift_id']) }}
with reported as (
    {{ latest_state(ref('stg_model_worker_tourism__shifts'), ['shift_id'], 'shift_key', date='service_date') }}
),

shifts as (
    {{ under_parent(
        'reported', ref('fct_model_worker_tourism_teams'), ['team_id'], 'team_key', month_of('children.service_date')
    ) }}
),

judged as (
    select
        *,
        -- Sites of one name stand in many places.
        reported_region_code || ' ' || site_name as site_key
    from shifts
)

select * from judged
