-- Denominators that no office reports: how many units there are, and what other authorities publish.
with regions as (
    select * from {{ ref('dim_region') }}
),

exceptions as (
    select * from {{ ref('region_exceptions') }}
),

units as (
    select region_code, region_level || '_units' as measure from regions
    where region_level in ('prefecture', 'county')
    union all
    select region_code, counts_as_level || '_units' from exceptions
),

counted as (
    select
        units.measure,
        ancestors.ancestor_code as region_code,
        cast(null as {{ text_type() }}) as period,
        cast(count(distinct units.region_code) as double) as amount
    from units
    inner join {{ ref('bridge_region_ancestor') }} as ancestors
        on units.region_code = ancestors.region_code
    group by units.measure, ancestors.ancestor_code
),

handed_in as (
    select measure, region_code, period, cast(value as double) as amount
    from {{ ref('reference_values') }}
)

select * from counted
union all
select * from handed_in
