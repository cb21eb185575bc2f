with assessments as (
    {{ latest_state(ref('stg_station_health_talks__assessments'), ['station_id', 'dimension', 'report_period']) }}
),

stations as (
    select distinct origin, station_id from {{ ref('stg_station_health_talks__stations') }}
),

judged as (
    select
        assessments.*,
        stations.station_id is null as is_orphan,
        last_day(cast(assessments.report_period || '-01' as date)) as assessed_on
    from assessments
    left join stations on assessments.origin = stations.origin and assessments.station_id = stations.station_id
)

select * from judged
