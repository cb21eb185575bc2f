-- Every prefecture and county of the region list with the states of its mediation centre; a unit that has reported nothing has one row.
with regions as (
    select * from {{ ref('dim_region') }}
),

units as (
    select region_code, region_level as unit_level from regions
    where region_level in ('prefecture', 'county')
    union all
    select region_code, counts_as_level from {{ ref('region_exceptions') }}
),

centres as (
    select * from {{ ref('fct_dispute_mediation_centres') }}
    where not is_orphan
),

origins as (
    select distinct origin from centres
),

joined as (
    select
        origins.origin,
        units.unit_level,
        units.region_code,
        regions.region_name,
        regions.province_code || '0000' as province_region_code,
        regions.sort_order,
        centres.region_code is not null as is_reported,
        {{ state_from('centres') }} as state_from,
        centres.valid_to as state_to,
        centres.established_on,
        coalesce(centres.is_ready, false) as is_ready
    from origins
    cross join units
    inner join regions
        on units.region_code = regions.region_code
    left join centres
        on
            origins.origin = centres.origin
            and units.region_code = centres.region_code
)

select * from joined
