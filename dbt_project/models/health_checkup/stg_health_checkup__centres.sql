with landed as (
    {{ landed('health_checkup', 'centre') }}
)

select * from landed
