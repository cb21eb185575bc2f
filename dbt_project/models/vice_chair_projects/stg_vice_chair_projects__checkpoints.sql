with landed as (
    {{ landed('vice_chair_projects', 'checkpoint') }}
)

select * from landed
