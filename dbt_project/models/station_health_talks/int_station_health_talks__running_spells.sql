with states as (
    select
        origin,
        station_id,
        province_code,
        region_code,
        valid_from,
        valid_to,
        is_running,
        coalesce(lag(is_running) over (partition by origin, station_id order by valid_from), false) as was_running
    from {{ ref('fct_station_health_talks_stations') }}
),

numbered as (
    select
        *,
        sum(case when is_running and not was_running then 1 else 0 end) over (
            partition by origin, station_id
            order by valid_from
            rows between unbounded preceding and current row
        ) as spell_number
    from states
),

spells as (
    select
        origin,
        station_id,
        spell_number,
        max_by(province_code, valid_from) as province_code,
        max_by(region_code, valid_from) as region_code,
        min(valid_from) as running_from,
        max_by(coalesce(valid_to, cast('9999-12-01' as date)), valid_from) as running_to
    from numbered
    where is_running
    group by origin, station_id, spell_number
)

select
    origin,
    station_id,
    spell_number,
    province_code,
    region_code,
    running_from,
    nullif(running_to, cast('9999-12-01' as date)) as running_to
from spells
