{{ narrow_by_record(ref('stg_station_health_talks__talks'), ['talk_id']) }}
with reported as (
    {{ latest_state(ref('stg_station_health_talks__talks'), ['talk_id'], 'talk_key', date='talk_date') }}
),

talks as (
    {{ under_parent(
        'reported', ref('fct_station_health_talks_stations'), ['station_id'], 'station_key', month_of('children.talk_date')
    ) }}
)

select * from talks
