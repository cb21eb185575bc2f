{{ narrow_by_record(ref('stg_station_health_talks__assessments'), ['station_id']) }}
with reported as (
    {{ latest_state(
        ref('stg_station_health_talks__assessments'), ['station_id', 'dimension', 'report_period'], 'assessment_key'
    ) }}
),

assessments as (
    {{ under_parent(
        'reported', ref('fct_station_health_talks_stations'), ['station_id'], 'station_key',
        "cast(children.report_period || '-01' as date)"
    ) }}
),

judged as (
    select
        *,
        last_day(cast(report_period || '-01' as date)) as assessed_on
    from assessments
)

select * from judged
