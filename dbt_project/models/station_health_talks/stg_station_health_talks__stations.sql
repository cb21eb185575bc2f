with landed as (
    {{ landed('station_health_talks', 'station') }}
)

select * from landed
