{{ narrow_by_record(ref('stg_model_worker_tourism__ambassadors'), ['ambassador_ref']) }}
with ambassadors as (
    {{ register_states(ref('stg_model_worker_tourism__ambassadors'), ['ambassador_ref'], 'ambassador_key') }}
),

judged as (
    select
        *,
        false as is_orphan
    from ambassadors
)

select * from judged
