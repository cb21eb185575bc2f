with landed as (
    {{ landed('social_org_federation', 'service_site') }}
)

select * from landed
