with shifts as (
    {{ latest_state(ref('stg_model_worker_tourism__shifts'), ['shift_id']) }}
),

teams as (
    select distinct origin, team_id from {{ ref('stg_model_worker_tourism__teams') }}
),

judged as (
    select
        shifts.*,
        teams.team_id is null as is_orphan,
        -- Sites of one name stand in many places.
        shifts.region_code || ' ' || shifts.site_name as site_key
    from shifts
    left join teams on shifts.origin = teams.origin and shifts.team_id = teams.team_id
)

select * from judged
