{{ narrow_by_record(ref('stg_station_health_talks__stations'), ['station_id']) }}
with stations as (
    {{ register_states(ref('stg_station_health_talks__stations'), ['station_id'], 'station_key') }}
),

judged as (
    select
        *,
        false as is_orphan,
        status = '运行' as is_running
    from stations
)

select * from judged
