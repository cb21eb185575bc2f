{{ landed('station_health_talks', 'talk') }}
