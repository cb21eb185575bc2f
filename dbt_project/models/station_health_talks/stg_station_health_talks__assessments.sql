{{ landed('station_health_talks', 'assessment') }}
