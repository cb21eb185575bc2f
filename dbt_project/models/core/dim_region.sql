with regions as (
    select * from {{ ref('regions') }}
),

provinces as (
    select * from {{ ref('provinces') }}
),

described as (
    select
        regions.region_code,
        regions.region_name,
        coalesce(provinces.short_name, regions.short_name) as short_name,
        provinces.abbreviation,
        coalesce(provinces.name_en, regions.name_en, regions.region_name) as name_en,
        regions.region_level,
        regions.province_code,
        regions.prefecture_code,
        regions.parent_code,
        provinces.division_type,
        provinces.tile_row,
        provinces.tile_col,
        coalesce(regions.province_code not in ('71', '81', '82'), false) as is_mainland,
        provinces.census_population,
        row_number() over (order by regions.region_code) as sort_order
    from regions
    left join provinces on regions.region_code = provinces.region_code
)

select * from described
