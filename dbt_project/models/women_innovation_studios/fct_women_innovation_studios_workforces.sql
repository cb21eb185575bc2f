with workforces as (
    {{ latest_state(ref('stg_women_innovation_studios__workforces'), ['province_code', 'region_code', 'year'], 'workforce_key', owned=false) }}
),

-- The nearest region around a row that reported a number of its own for the year.
containers as (
    select
        workforces.origin,
        workforces.region_code,
        workforces.year,
        wider.region_code as container_code
    from workforces
    inner join {{ ref('bridge_region_ancestor') }} as ancestors
        on workforces.region_code = ancestors.region_code and ancestors.distance > 0
    inner join workforces as wider
        on workforces.origin = wider.origin
        and workforces.year = wider.year
        and ancestors.ancestor_code = wider.region_code
    qualify row_number() over (
        partition by workforces.origin, workforces.region_code, workforces.year
        order by ancestors.distance
    ) = 1
),

contained as (
    select
        workforces.origin,
        workforces.year,
        containers.container_code,
        sum(workforces.technical_workers) as technical_workers,
        sum(workforces.women_technical_workers) as women_technical_workers
    from workforces
    inner join containers
        on workforces.origin = containers.origin
        and workforces.region_code = containers.region_code
        and workforces.year = containers.year
    group by workforces.origin, workforces.year, containers.container_code
),

-- A province's own number holds its prefectures' numbers. Its row counts the rest, so that everybody counts once at every level.
counted as (
    select
        workforces.* except (inexact),
        workforces.inexact || ';'
        || replace(
            replace(workforces.inexact, 'women_technical_workers', 'counted_women'), 'technical_workers', 'counted_workers'
        ) as inexact,
        false as is_orphan,
        workforces.technical_workers - coalesce(contained.technical_workers, 0) as counted_workers,
        workforces.women_technical_workers - coalesce(contained.women_technical_workers, 0) as counted_women
    from workforces
    left join contained
        on workforces.origin = contained.origin
        and workforces.region_code = contained.container_code
        and workforces.year = contained.year
)

select * from counted
