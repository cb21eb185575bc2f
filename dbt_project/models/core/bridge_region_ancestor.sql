with regions as (
    select * from {{ ref('dim_region') }}
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
)

select * from ancestors
