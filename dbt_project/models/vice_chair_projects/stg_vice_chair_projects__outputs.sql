with landed as (
    {{ landed('vice_chair_projects', 'output') }}
)

select * from landed
