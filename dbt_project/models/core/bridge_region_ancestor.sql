with regions as (
    select * from {{ ref('dim_region') }}
),

-- Each province as one bit, so that `bit_count(bit_or(…))` counts provinces and can be added up from parts.
province_bits as (
    select
        substring(region_code, 1, 2) as code,
        cast(power(2, row_number() over (order by region_code) - 1) as bigint) as province_bit
    from regions
    where region_level in ('nation', 'province')
),

ancestors as (
    select region_code, region_code as ancestor_code, 0 as distance from regions
    union all
    select region_code, prefecture_code, 1 from regions
    where region_level = 'county' and prefecture_code is not null
    union all
    select region_code, province_code || '0000', 2 from regions
    where region_level in ('prefecture', 'county')
    union all
    select region_code, '000000', 3 from regions
    where region_level <> 'nation'
),

with_bits as (
    select ancestors.*, province_bits.province_bit
    from ancestors
    inner join province_bits on substring(ancestors.region_code, 1, 2) = province_bits.code
)

select * from with_bits
