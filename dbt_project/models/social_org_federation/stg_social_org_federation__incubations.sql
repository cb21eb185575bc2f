with landed as (
    {{ landed('social_org_federation', 'incubation') }}
)

select * from landed
