with landed as (
    {{ landed('social_org_federation', 'federation') }}
)

select * from landed
