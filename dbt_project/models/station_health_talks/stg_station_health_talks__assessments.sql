with landed as (
    {{ landed('station_health_talks', 'assessment') }}
)

select * from landed
