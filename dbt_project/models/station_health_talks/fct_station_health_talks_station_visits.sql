-- Whether a station is reached is asked of stations that still run at the period's end, in the region the register gives them.
with talks as (
    select * from {{ ref('fct_station_health_talks_talks') }}
    where not is_orphan
),

spells as (
    select * from {{ ref('int_station_health_talks__running_spells') }}
),

visits as (
    select
        talks.* except (province_code, region_code),
        spells.province_code,
        spells.region_code,
        spells.spell_number,
        spells.running_from,
        spells.running_to
    from talks
    inner join spells
        on talks.origin = spells.origin
        and talks.station_id = spells.station_id
        and (spells.running_to is null or spells.running_to > talks.talk_date)
)

select * from visits
