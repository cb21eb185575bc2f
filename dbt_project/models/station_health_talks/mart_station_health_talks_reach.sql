-- Which stations run when, and in which months a health talk reached them; a spell that no talk reached is one row without a month.
with spells as (
    select * from {{ ref('int_station_health_talks__running_spells') }}
),

names as (
    select
        origin,
        station_id,
        max_by(station_name, valid_from) as station_name
    from {{ ref('fct_station_health_talks_stations') }}
    group by origin, station_id
),

talks as (
    select
        origin,
        station_id,
        spell_number,
        {{ month_of('talk_date') }} as talk_month,
        count(*) as talk_count
    from {{ ref('fct_station_health_talks_station_visits') }}
    group by origin, station_id, spell_number, {{ month_of('talk_date') }}
),

data_ends as (
    select origin, last_day(max(report_month)) as known_until
    from {{ ref('fct_submissions') }}
    where programme = 'station_health_talks'
    group by origin
),

reach as (
    select
        spells.origin,
        spells.station_id,
        names.station_name,
        spells.region_code,
        spells.spell_number,
        spells.running_from,
        spells.running_to,
        data_ends.known_until,
        talks.talk_month,
        coalesce(talks.talk_count, 0) as talk_count
    from spells
    inner join names on spells.origin = names.origin and spells.station_id = names.station_id
    inner join data_ends on spells.origin = data_ends.origin
    left join talks
        on
            spells.origin = talks.origin
            and spells.station_id = talks.station_id
            and spells.spell_number = talks.spell_number
)

select * from reach
