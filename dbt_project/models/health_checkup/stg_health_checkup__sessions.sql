with landed as (
    {{ landed('health_checkup', 'session') }}
)

select * from landed
