-- Every sub-alliance meets every quarter; a quarter that nobody reported is a row all the same.
with reported as (
    select * from {{ ref('fct_gba_studio_alliance_activities') }}
),

sub_alliances as (
    select * from {{ ref('fct_gba_studio_alliance_sub_alliances') }}
),

quarters as (
    select period, period_end from {{ ref('dim_period') }}
    where period_grain = 'quarter'
),

-- Nothing is claimed after the last month anybody has reported.
horizons as (
    select
        origin,
        least(last_day(data_end), {{ today() }}) as due_until
    from {{ ref('int_core__data_ends') }}
    where programme = 'gba_studio_alliance'
),

due as (
    select
        sub_alliances.*,
        quarters.period as quarter,
        quarters.period_end as quarter_ends_on
    from sub_alliances
    inner join horizons on sub_alliances.origin = horizons.origin
    inner join quarters
        on sub_alliances.founded_on <= quarters.period_end
        and quarters.period_end <= horizons.due_until
        and {{ state_at('sub_alliances', month_of('quarters.period_end')) }}
),

-- File and line of a quarter that was not reported are those of its sub-alliance.
exchanges as (
    select
        coalesce(reported.origin, due.origin) as origin,
        coalesce(reported.sub_alliance_key, due.sub_alliance_key) as sub_alliance_key,
        coalesce(reported.sub_id, due.sub_id) as sub_id,
        coalesce(reported.quarter, due.quarter) as quarter,
        coalesce(reported.quarter_ends_on, due.quarter_ends_on) as quarter_ends_on,
        cast(null as {{ text_type() }}) as province_code,
        '000000' as region_code,
        coalesce(reported.reporting_unit, due.reporting_unit) as reporting_unit,
        coalesce(reported.report_period, due.report_period) as report_period,
        coalesce(reported.as_of_date, due.as_of_date) as as_of_date,
        coalesce(reported.data_to_date, due.data_to_date) as data_to_date,
        coalesce(reported.submission_id, due.submission_id) as submission_id,
        coalesce(reported.report_id, due.report_id) as report_id,
        coalesce(reported.file_name, due.file_name) as file_name,
        coalesce(reported.row_number, due.row_number) as row_number,
        reported.inexact,
        coalesce(reported.is_orphan, false) as is_orphan,
        reported.activity_key is not null as is_reported,
        due.sub_alliance_key is not null as is_due,
        coalesce(reported.exchange_held, false) as is_held
    from reported
    full outer join due
        on reported.sub_alliance_key = due.sub_alliance_key
        and reported.quarter = due.quarter
)

select * from exchanges
