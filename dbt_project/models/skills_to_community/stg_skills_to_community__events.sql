with landed as (
    {{ landed('skills_to_community', 'event') }}
)

select * from landed
