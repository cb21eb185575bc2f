with centres as (
    {{ latest_state(ref('stg_health_checkup__centres'), ['centre_id', 'target_year']) }}
),

judged as (
    select
        centres.*,
        false as is_orphan
    from centres
)

select * from judged
