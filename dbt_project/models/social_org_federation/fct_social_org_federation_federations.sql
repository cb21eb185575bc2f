{{ narrow_by_record(ref('stg_social_org_federation__federations'), ['federation_id']) }}
with federations as (
    {{ register_states(ref('stg_social_org_federation__federations'), ['federation_id'], 'federation_key') }}
),

judged as (
    select
        *,
        false as is_orphan
    from federations
)

select * from judged
