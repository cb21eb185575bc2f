-- Whose benefit it is: achievements of a region and year from the largest down, with what they have together so far.
with benefits as (
    select * from {{ ref('fct_innovation_expo_benefits') }}
    where not is_orphan
),

achievements as (
    select * from {{ ref('fct_innovation_expo_achievements') }}
    where valid_to is null
),

placed as (
    select
        benefits.*,
        ancestors.ancestor_code,
        periods.period
    from benefits
    inner join {{ ref('bridge_region_ancestor') }} as ancestors
        on benefits.region_code = ancestors.region_code
    inner join {{ ref('dim_period') }} as periods
        on (periods.period_grain = 'year' and benefits.benefit_year = periods.period_year) or periods.period_grain = 'all'
),

summed as (
    select
        origin,
        ancestor_code as region_code,
        period,
        achievement_key,
        achievement_id,
        coalesce(sum(benefit_yuan) filter (where certified), 0) as certified_yuan,
        coalesce(sum(benefit_yuan) filter (where not certified), 0) as declared_yuan,
        sum(benefit_yuan) as reported_yuan,
        {{ sign_of_sum('benefit_yuan') }} as reported_sign
    from placed
    group by origin, ancestor_code, period, achievement_key, achievement_id
),

ranked as (
    select
        *,
        row_number() over (partition by origin, region_code, period order by reported_yuan desc, achievement_id asc) as place,
        sum(reported_yuan) over (
            partition by origin, region_code, period
            order by reported_yuan desc, achievement_id asc
            rows between unbounded preceding and current row
        ) as running_yuan
    from summed
),

named as (
    select
        ranked.*,
        achievements.achievement_name,
        achievements.owner_unit
    from ranked
    left join achievements
        on ranked.achievement_key = achievements.achievement_key
)

select * from named
