with landed as (
    {{ landed('social_org_federation', 'member_org') }}
)

select * from landed
