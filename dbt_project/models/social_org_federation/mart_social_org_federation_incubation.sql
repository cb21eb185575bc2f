-- 入驻→培育→出壳→单独建会: how far the organisations of each year of entry have come by the end of a period, and how many gave up on the way.
with steps as (
    select * from {{ ref('fct_social_org_federation_incubations') }}
    where not is_orphan
),

-- A stage nobody reported was passed all the same by an organisation that is further on.
organisations as (
    select
        origin,
        org_key,
        max_by(region_code, stage_number) as region_code,
        min(stage_date) as entered_on,
        min(stage_date) filter (where stage_number between 2 and 4) as nurtured_on,
        min(stage_date) filter (where stage_number between 3 and 4) as hatched_on,
        min(stage_date) filter (where stage_number = 4) as own_union_on,
        min(stage_date) filter (where stage_number = 5) as ended_on
    from steps
    group by origin, org_key
),

-- The state goes on until the last month anybody has reported, and no further.
data_ends as (
    select
        origin,
        data_end
    from {{ ref('int_core__data_ends') }}
    where programme = 'social_org_federation'
),

placed as (
    select
        organisations.*,
        ancestors.ancestor_code,
        periods.period,
        coalesce(organisations.nurtured_on <= periods.period_end, false) as is_nurtured,
        coalesce(organisations.hatched_on <= periods.period_end, false) as is_hatched,
        coalesce(organisations.own_union_on <= periods.period_end, false) as has_own_union,
        coalesce(organisations.ended_on <= periods.period_end, false)
        and not coalesce(organisations.own_union_on <= periods.period_end, false) as is_ended
    from organisations
    inner join {{ ref('bridge_region_ancestor') }} as ancestors
        on organisations.region_code = ancestors.region_code
    inner join data_ends
        on organisations.origin = data_ends.origin
    inner join {{ ref('dim_period') }} as periods
        on organisations.entered_on <= periods.period_end and periods.period_start <= data_ends.data_end
),

counted as (
    select
        origin,
        ancestor_code as region_code,
        period,
        cast(extract(year from entered_on) as integer) as entry_year,
        count(*) as entered,
        count(*) filter (where is_nurtured) as nurtured,
        count(*) filter (where is_hatched) as hatched,
        count(*) filter (where has_own_union) as own_union,
        count(*) filter (where is_ended) as ended,
        count(*) filter (where is_ended and is_nurtured) as ended_after_nurtured,
        count(*) filter (where is_ended and is_hatched) as ended_after_hatched,
        sum({{ days_between('entered_on', 'own_union_on') }}) filter (where has_own_union) as days_to_own_union
    from placed
    group by origin, ancestor_code, period, extract(year from entered_on)
)

select * from counted
