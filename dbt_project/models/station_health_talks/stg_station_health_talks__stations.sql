{{ landed('station_health_talks', 'station') }}
