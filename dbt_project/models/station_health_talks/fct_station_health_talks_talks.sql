with talks as (
    {{ latest_state(ref('stg_station_health_talks__talks'), ['talk_id']) }}
),

stations as (
    select distinct origin, station_id from {{ ref('stg_station_health_talks__stations') }}
),

judged as (
    select
        talks.*,
        stations.station_id is null as is_orphan
    from talks
    left join stations on talks.origin = stations.origin and talks.station_id = stations.station_id
)

select * from judged
