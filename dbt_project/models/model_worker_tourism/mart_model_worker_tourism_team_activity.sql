-- Teams on the register at period end, as mt_active_rate counts them, whether they served or not; and those that served and have gone.
with teams as (
    select * from {{ ref('fct_model_worker_tourism_teams') }}
),

shifts as (
    select * from {{ ref('fct_model_worker_tourism_shifts') }}
    where not is_orphan
),

data_ends as (
    select origin, last_day(data_end) as data_end
    from {{ ref('int_core__data_ends') }}
    where programme = 'model_worker_tourism'
),

-- Who has reported services for a period; of teams of others nothing is known.
reported as (
    select distinct
        submissions.origin,
        submissions.reporting_unit,
        periods.period
    from {{ ref('fct_submissions') }} as submissions
    inner join {{ ref('bridge_month_period') }} as periods on submissions.report_month = periods.month_start
    where submissions.programme = 'model_worker_tourism' and submissions.table_name = 'shift'
),

first_services as (
    select origin, min(service_date) as first_service_date
    from shifts
    group by origin
),

periods as (
    select
        data_ends.origin,
        periods.period,
        periods.period_start,
        periods.period_end,
        least(periods.period_end, data_ends.data_end) as counted_on
    from data_ends
    inner join first_services on data_ends.origin = first_services.origin
    inner join {{ ref('dim_period') }} as periods
        on periods.period_start <= data_ends.data_end and first_services.first_service_date <= periods.period_end
),

served as (
    select
        periods.origin,
        periods.period,
        shifts.team_key,
        count(*) as shift_count,
        sum(shifts.volunteer_hours) as volunteer_hours,
        {{ sign_of_sum('volunteer_hours') }} as volunteer_hours_sign
    from shifts
    inner join periods
        on shifts.origin = periods.origin and shifts.service_date between periods.period_start and periods.period_end
    group by periods.origin, periods.period, shifts.team_key
),

team_periods as (
    select
        periods.origin,
        periods.period,
        teams.team_key,
        teams.team_id,
        teams.team_name,
        teams.team_level,
        teams.region_code,
        teams.on_register_from <= periods.period_end
        and (teams.disbanded_on is null or teams.disbanded_on > periods.counted_on) as is_on_register,
        reported.period is not null or served.shift_count is not null as is_reported,
        coalesce(served.shift_count, 0) as shift_count,
        served.volunteer_hours,
        coalesce(served.volunteer_hours_sign, '') as volunteer_hours_sign
    from periods
    inner join teams
        on periods.origin = teams.origin
        and {{ state_at('teams', month_of('periods.counted_on')) }}
    left join served
        on periods.origin = served.origin
        and periods.period = served.period
        and teams.team_key = served.team_key
    left join reported
        on teams.origin = reported.origin
        and teams.reporting_unit = reported.reporting_unit
        and periods.period = reported.period
)

select * from team_periods
where is_on_register or shift_count > 0
