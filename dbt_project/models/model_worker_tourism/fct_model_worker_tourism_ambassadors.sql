with ambassadors as (
    {{ latest_state(ref('stg_model_worker_tourism__ambassadors'), ['ambassador_ref']) }}
),

judged as (
    select
        *,
        false as is_orphan
    from ambassadors
)

select * from judged
