{{ narrow_by_record(ref('stg_dispute_mediation__centres'), ['centre_id']) }}
with centres as (
    {{ register_states(ref('stg_dispute_mediation__centres'), ['centre_id'], 'centre_key') }}
),

regions as (
    select * from {{ ref('dim_region') }}
),

-- 济源示范区 hands in one row and counts at both levels.
exceptions as (
    select region_code, counts_as_level from {{ ref('region_exceptions') }}
),

judged as (
    select
        centres.*,
        false as is_orphan,
        centres.established_on is not null as is_established,
        centres.established_on is not null
            and centres.org_in_place and centres.staff_in_place and centres.funds_in_place as is_ready,
        centres.mediators >= 3 and centres.union_legal_workers >= 1 as is_staffed,
        regions.region_level = 'prefecture' or coalesce(exceptions.counts_as_level = 'prefecture', false) as is_prefecture_unit,
        regions.region_level = 'county' as is_county_unit
    from centres
    left join regions on centres.region_code = regions.region_code
    left join exceptions on centres.region_code = exceptions.region_code
)

select * from judged
