with steps as (
    {{ latest_state(ref('stg_social_org_federation__incubations'), ['org_uscc', 'stage']) }}
),

member_orgs as (
    select distinct origin, org_uscc from {{ ref('stg_social_org_federation__member_orgs') }}
),

judged as (
    select
        steps.*,
        member_orgs.org_uscc is null as is_orphan,
        case steps.stage when '入驻' then 1 when '培育' then 2 when '出壳' then 3 when '单独建会' then 4 else 5 end as stage_number
    from steps
    left join member_orgs on steps.origin = member_orgs.origin and steps.org_uscc = member_orgs.org_uscc
)

select * from judged
