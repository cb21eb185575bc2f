-- Who was served by which service, and how satisfied they were. Offices report an event's residents as one number, so an event with
-- several services counts whole under each of them; the row without a service counts every event once.
{%- set z = 1.959964 %}

with events as (
    select * from {{ ref('fct_skills_to_community_events') }}
    where not is_orphan
),

listed as (
    select
        *,
        {{ each_of('service_item') }} as service
    from events
),

under_services as (
    select * from listed
    union all
    select
        *,
        cast(null as {{ text_type() }}) as service
    from events
),

-- Once per region and month, before they meet the regions and periods that contain them.
by_month as (
    select
        origin,
        region_code,
        {{ month_of('event_date') }} as event_month,
        service,
        inexact,
        count(*) as events,
        sum(residents_served) as residents,
        sum(residents_served) filter (where service_item <> service) as shared_residents,
        sum(helpers) as helpers,
        count(*) filter (where is_surveyed) as surveyed_events,
        sum(satisfaction_n) filter (where is_surveyed) as answers,
        sum(satisfied_n) filter (where is_surveyed) as satisfied
    from under_services
    group by origin, region_code, {{ month_of('event_date') }}, service, inexact
),

counted as (
    select
        origin,
        ancestors.ancestor_code as region_code,
        periods.period,
        service,
        cast(sum(events) as bigint) as events,
        sum(residents) as residents,
        {{ sign_of_sum(['residents_served']) }} as residents_sign,
        sum(shared_residents) as shared_residents,
        sum(helpers) as helpers,
        cast(sum(surveyed_events) as bigint) as surveyed_events,
        sum(answers) as answers,
        sum(satisfied) as satisfied,
        {{ sign_of_sum(['satisfied_n'], ['satisfaction_n']) }} as satisfaction_sign
    from by_month
    inner join {{ ref('bridge_region_ancestor') }} as ancestors
        on by_month.region_code = ancestors.region_code
    inner join {{ ref('bridge_month_period') }} as periods
        on by_month.event_month = periods.month_start
    group by origin, ancestors.ancestor_code, periods.period, service
),

-- Wilson's interval: it stays between 0 and 1 and holds for small samples too.
with_intervals as (
    select
        *,
        cast(satisfied as double) / nullif(answers, 0) as satisfaction,
        case
            when answers > 0 then greatest(
                (satisfied + {{ z * z / 2 }} - {{ z }} * sqrt(satisfied * cast(answers - satisfied as double) / answers + {{ z * z / 4 }}))
                / (answers + {{ z * z }}), 0
            )
        end as satisfaction_low,
        case
            when answers > 0 then least(
                (satisfied + {{ z * z / 2 }} + {{ z }} * sqrt(satisfied * cast(answers - satisfied as double) / answers + {{ z * z / 4 }}))
                / (answers + {{ z * z }}), 1
            )
        end as satisfaction_high
    from counted
)

select * from with_intervals
