-- Every prefecture and county of the region list, and how far its mediation centre is; a unit without a row has reported nothing.
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

reported as (
    select
        origin,
        region_code,
        min(established_on) filter (where is_established) as established_on,
        min(established_on) filter (where is_ready) as ready_since
    from centres
    group by origin, region_code
),

joined as (
    select
        origins.origin,
        units.unit_level,
        units.region_code,
        regions.region_name,
        regions.province_code || '0000' as province_region_code,
        regions.sort_order,
        reported.region_code is not null as is_reported,
        reported.established_on,
        reported.ready_since
    from origins
    cross join units
    inner join regions
        on units.region_code = regions.region_code
    left join reported
        on
            origins.origin = reported.origin
            and units.region_code = reported.region_code
)

select * from joined
