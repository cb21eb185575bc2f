{{ narrow_by_record(ref('stg_health_checkup__centres'), ['centre_id']) }}
with plans as (
    {{ register_states(ref('stg_health_checkup__centres'), ['centre_id', 'target_year'], 'plan_key') }}
),

judged as (
    select
        *,
        concat_ws('/', origin, owner_region_code, centre_id) as centre_key,
        false as is_orphan
    from plans
)

select * from judged
