with landed as (
    {{ landed('vice_chair_projects', 'project') }}
)

select * from landed
