{{ narrow_by_record(ref('stg_social_org_federation__incubations'), ['org_uscc', 'stage']) }}
with reported as (
    {{ latest_state(ref('stg_social_org_federation__incubations'), ['org_uscc', 'stage'], 'stage_key') }}
),

steps as (
    {{ under_parent(
        'reported', ref('fct_social_org_federation_member_orgs'), ['org_uscc'], 'org_key', month_of('children.stage_date')
    ) }}
),

judged as (
    select
        *,
        case stage when '入驻' then 1 when '培育' then 2 when '出壳' then 3 when '单独建会' then 4 else 5 end as stage_number
    from steps
)

select * from judged
