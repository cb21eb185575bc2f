-- 转→办→认: what became of the cases an arbitration committee handed over in a period; each step counts within the one before.
with cases as (
    select
        *,
        {{ month_of('referred_on') }} as referred_month
    from {{ ref('fct_dispute_mediation_cases') }}
    where not is_orphan and referred_on is not null and source in ('仲裁委委托', '仲裁委委派')
),

-- Once per region and month, before they meet the regions and periods that contain them.
by_month as (
    select
        origin,
        region_code,
        referred_month,
        count(*) as referred,
        count(*) filter (where is_accepted) as accepted,
        count(*) filter (where is_accepted and is_settled) as settled,
        count(*) filter (where is_accepted and is_settled and is_confirmed) as confirmed,
        count(*) filter (where is_accepted and is_settled and is_confirmed and is_subsidised) as subsidised
    from cases
    group by origin, region_code, referred_month
),

counted as (
    select
        by_month.origin,
        ancestors.ancestor_code as region_code,
        month_periods.period,
        sum(by_month.referred) as referred,
        sum(by_month.accepted) as accepted,
        sum(by_month.settled) as settled,
        sum(by_month.confirmed) as confirmed,
        sum(by_month.subsidised) as subsidised
    from by_month
    inner join {{ ref('bridge_region_ancestor') }} as ancestors on by_month.region_code = ancestors.region_code
    inner join {{ ref('bridge_month_period') }} as month_periods on by_month.referred_month = month_periods.month_start
    group by by_month.origin, ancestors.ancestor_code, month_periods.period
)

select * from counted
