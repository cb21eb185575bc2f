with reported as (
    select
        *,
        min(cast(report_period || '-01' as date)) over (partition by origin, team_id) as first_reported_on
    from {{ ref('stg_model_worker_tourism__teams') }}
),

teams as (
    {{ latest_state('reported', ['team_id']) }}
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
