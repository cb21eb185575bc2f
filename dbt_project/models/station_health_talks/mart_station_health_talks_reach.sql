-- Which stations run when, and in which months a health talk reached them: one row per state in which a station runs and month with talks; a
-- state of a station that no talk reached is one row without a month.
with states as (
    select * from {{ ref('fct_station_health_talks_stations') }}
    where is_running
),

talks as (
    select
        station_key,
        {{ month_of('talk_date') }} as talk_month,
        count(*) as talk_count
    from {{ ref('fct_station_health_talks_talks') }}
    where not is_orphan
    group by station_key, {{ month_of('talk_date') }}
),

data_ends as (
    select origin, last_day(data_end) as known_until
    from {{ ref('int_core__data_ends') }}
    where programme = 'station_health_talks'
),

reach as (
    select
        states.origin,
        states.station_key,
        states.station_id,
        states.station_name,
        states.region_code,
        states.reporting_unit,
        {{ state_from('states') }} as running_from,
        states.valid_to as running_to,
        data_ends.known_until,
        talks.talk_month,
        coalesce(talks.talk_count, 0) as talk_count
    from states
    inner join data_ends on states.origin = data_ends.origin
    left join talks on states.station_key = talks.station_key
)

select * from reach
