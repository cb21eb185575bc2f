-- Whether a station is reached is asked of stations that run at the period's end, in the region they have then: each talk stands beside
-- every state in which its station runs.
with talks as (
    select * from {{ ref('fct_station_health_talks_talks') }}
    where not is_orphan
),

states as (
    select
        station_key,
        station_name,
        province_code,
        region_code,
        reporting_unit as parent_unit,
        valid_from,
        valid_to,
        is_first_state
    from {{ ref('fct_station_health_talks_stations') }}
    where is_running
),

visits as (
    select
        talks.* except (province_code, region_code, parent_unit),
        states.* except (station_key)
    from talks
    inner join states on talks.station_key = states.station_key
)

select * from visits
