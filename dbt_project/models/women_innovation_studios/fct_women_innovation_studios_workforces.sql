with workforces as (
    {{ latest_state(ref('stg_women_innovation_studios__workforces'), ['province_code', 'region_code', 'year']) }}
),

-- A province's own number holds its prefectures' numbers; counting both would count people twice.
contained as (
    select distinct
        workforces.origin,
        workforces.region_code,
        workforces.year
    from workforces
    inner join {{ ref('bridge_region_ancestor') }} as ancestors
        on workforces.region_code = ancestors.region_code and ancestors.distance > 0
    inner join workforces as wider
        on workforces.origin = wider.origin
        and workforces.year = wider.year
        and ancestors.ancestor_code = wider.region_code
),

judged as (
    select
        workforces.*,
        false as is_orphan,
        contained.region_code is not null as is_contained
    from workforces
    left join contained
        on workforces.origin = contained.origin
        and workforces.region_code = contained.region_code
        and workforces.year = contained.year
)

select * from judged
