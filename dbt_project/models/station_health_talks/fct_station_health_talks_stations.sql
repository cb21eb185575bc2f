-- The register is a snapshot: what a station was in one month holds until a later month says otherwise.
with states as (
    {{ latest_state(ref('stg_station_health_talks__stations'), ['station_id', 'report_period']) }}
),

dated as (
    select
        *,
        cast(report_period || '-01' as date) as valid_from
    from states
),

judged as (
    select
        *,
        lead(valid_from) over (partition by origin, station_id order by valid_from) as valid_to,
        false as is_orphan,
        status = '运行' as is_running
    from dated
)

select * from judged
