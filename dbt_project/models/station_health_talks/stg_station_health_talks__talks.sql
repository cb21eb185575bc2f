with landed as (
    {{ landed('station_health_talks', 'talk') }}
)

select * from landed
