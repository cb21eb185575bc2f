{{ narrow_by_record(ref('stg_social_org_federation__member_orgs'), ['org_uscc']) }}
with member_orgs as (
    {{ register_states(ref('stg_social_org_federation__member_orgs'), ['org_uscc'], 'org_key') }}
),

judged as (
    select
        *,
        false as is_orphan,
        coalesce(left_on is not null and leave_reason = '单独建会', false) as has_own_union,
        women_members is not null as has_women_reported
    from member_orgs
)

select * from judged
