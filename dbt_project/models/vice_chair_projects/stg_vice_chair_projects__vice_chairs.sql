with landed as (
    {{ landed('vice_chair_projects', 'vice_chair') }}
)

select * from landed
