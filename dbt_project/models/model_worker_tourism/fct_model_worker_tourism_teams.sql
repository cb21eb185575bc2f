{{ narrow_by_record(ref('stg_model_worker_tourism__teams'), ['team_id']) }}
with teams as (
    {{ register_states(ref('stg_model_worker_tourism__teams'), ['team_id'], 'team_key') }}
),

-- A team whose founding date nobody gave has been on the register at least since it was first reported.
judged as (
    select
        *,
        false as is_orphan,
        coalesce(registered_on, first_reported_on) as on_register_from
    from teams
)

select * from judged
