-- 揭牌后还有人来吗: each block's visits, counted in weeks from its opening day on.
with blocks as (
    select * from {{ ref('fct_culture_block_blocks') }}
    where valid_to is null
),

activities as (
    select * from {{ ref('fct_culture_block_activities') }}
    where not is_orphan
),

submissions as (
    select distinct origin, table_name, reporting_unit, report_month from {{ ref('fct_submissions') }}
    where programme = 'culture_block'
),

data_ends as (
    select origin, least(last_day(max(report_month)), {{ today() }}) as known_until
    from submissions
    group by origin
),

-- A week without an activity has no visits if the office that speaks for the block reported its months, and is unknown otherwise.
offices as (
    select origin, block_key, reporting_unit from blocks
    union all
    select origin, block_key, reporting_unit from activities
),

reported_months as (
    select distinct offices.origin, offices.block_key, submissions.report_month
    from offices
    inner join submissions on offices.origin = submissions.origin and offices.reporting_unit = submissions.reporting_unit
    where submissions.table_name = 'activity'
),

week_numbers as (
    {{ numbers(60 * 53) }}
),

weeks as (
    select
        blocks.origin,
        blocks.block_key,
        blocks.region_code,
        blocks.opened_on,
        week_numbers.n as week_number,
        {{ add_days('blocks.opened_on', 'week_numbers.n * 7') }} as week_start,
        {{ add_days('blocks.opened_on', 'week_numbers.n * 7 + 6') }} as week_end
    from blocks
    inner join data_ends on blocks.origin = data_ends.origin
    inner join week_numbers
        on {{ days_between('blocks.opened_on', 'data_ends.known_until') }} >= week_numbers.n * 7 + 6
),

placed as (
    select
        activities.*,
        cast(floor({{ days_between('blocks.opened_on', 'activities.activity_date') }} / 7.0) as integer) as week_number
    from activities
    inner join blocks on activities.origin = blocks.origin and activities.block_key = blocks.block_key
    where activities.activity_date >= blocks.opened_on
),

visits as (
    select
        origin,
        block_key,
        week_number,
        count(*) as activity_count,
        sum(participants) as visits,
        {{ sign_of_sum('participants') }} as sign
    from placed
    group by origin, block_key, week_number
),

counted as (
    select
        weeks.*,
        first_months.block_key is not null and last_months.block_key is not null or visits.block_key is not null as is_reported,
        visits.activity_count,
        visits.visits,
        coalesce(visits.sign, '') as sign
    from weeks
    left join visits
        on weeks.origin = visits.origin and weeks.block_key = visits.block_key and weeks.week_number = visits.week_number
    left join reported_months as first_months
        on
            weeks.origin = first_months.origin
            and weeks.block_key = first_months.block_key
            and {{ month_of('weeks.week_start') }} = first_months.report_month
    left join reported_months as last_months
        on
            weeks.origin = last_months.origin
            and weeks.block_key = last_months.block_key
            and {{ month_of('weeks.week_end') }} = last_months.report_month
),

block_weeks as (
    select
        origin,
        block_key,
        region_code,
        opened_on,
        week_number,
        week_start,
        week_end,
        is_reported,
        case when is_reported then coalesce(activity_count, 0) end as activity_count,
        case when is_reported then coalesce(visits, 0) end as visits,
        sign
    from counted
)

select * from block_weeks
