-- 转→办→认: what became of the cases an arbitration committee handed over in a period; each step counts within the one before.
with cases as (
    select * from {{ ref('fct_dispute_mediation_cases') }}
    where not is_orphan and referred_on is not null and source in ('仲裁委委托', '仲裁委委派')
),

placed as (
    select
        cases.*,
        ancestors.ancestor_code,
        periods.period
    from cases
    inner join {{ ref('bridge_region_ancestor') }} as ancestors
        on cases.region_code = ancestors.region_code
    inner join {{ ref('dim_period') }} as periods
        on cases.referred_on between periods.period_start and periods.period_end
),

counted as (
    select
        origin,
        ancestor_code as region_code,
        period,
        count(*) as referred,
        count(*) filter (where is_accepted) as accepted,
        count(*) filter (where is_accepted and is_settled) as settled,
        count(*) filter (where is_accepted and is_settled and is_confirmed) as confirmed,
        count(*) filter (where is_accepted and is_settled and is_confirmed and is_subsidised) as subsidised
    from placed
    group by origin, ancestor_code, period
)

select * from counted
