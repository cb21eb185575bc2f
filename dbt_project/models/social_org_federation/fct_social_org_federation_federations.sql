with federations as (
    {{ latest_state(ref('stg_social_org_federation__federations'), ['federation_id']) }}
),

judged as (
    select
        *,
        false as is_orphan
    from federations
)

select * from judged
