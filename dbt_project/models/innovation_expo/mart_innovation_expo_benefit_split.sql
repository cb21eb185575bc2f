with benefits as (
    select * from {{ ref('fct_innovation_expo_benefits') }}
    where not is_orphan
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

split as (
    select
        origin,
        ancestor_code as region_code,
        period,
        benefit_type,
        coalesce(sum(benefit_yuan) filter (where certified), 0) as certified_yuan,
        {{ sign_of_sum('benefit_yuan', condition='certified') }} as certified_sign,
        coalesce(sum(benefit_yuan) filter (where not certified), 0) as declared_yuan,
        {{ sign_of_sum('benefit_yuan', condition='not certified') }} as declared_sign
    from placed
    group by origin, ancestor_code, period, benefit_type
)

select * from split
