-- What the 四个一 rule asks of a project is known from its dates; a checkpoint that nobody reported is a row all the same.
with reported as (
    {{ latest_state(ref('stg_vice_chair_projects__checkpoints'), ['project_id', 'checkpoint_type', 'due_period']) }}
),

projects as (
    select * from {{ ref('fct_vice_chair_projects_projects') }}
),

calendar as (
    select * from {{ ref('int_vice_chair_projects__checkpoint_calendar') }}
),

-- Demonstration projects owe nothing after the demonstration's last month.
horizons as (
    select
        origin,
        case when origin = 'demonstration' then least(last_day(max(report_month)), {{ today() }}) else {{ today() }} end as due_until
    from {{ ref('fct_submissions') }}
    where programme = 'vice_chair_projects'
    group by origin
),

due as (
    select
        projects.*,
        calendar.checkpoint_type,
        calendar.due_period
    from projects
    inner join horizons on projects.origin = horizons.origin
    inner join calendar
        on projects.start_date <= calendar.due_on
        and calendar.due_on <= coalesce(projects.runs_until, calendar.due_on)
        and calendar.due_on <= horizons.due_until
),

-- File and line of a checkpoint that was not reported are those of its project.
together as (
    select
        coalesce(reported.origin, due.origin) as origin,
        coalesce(reported.project_id, due.project_id) as project_id,
        coalesce(reported.checkpoint_type, due.checkpoint_type) as checkpoint_type,
        coalesce(reported.due_period, due.due_period) as due_period,
        reported.held_date,
        reported.result_grade,
        coalesce(reported.province_code, due.province_code) as province_code,
        coalesce(reported.region_code, due.region_code) as region_code,
        coalesce(reported.reporting_unit, due.reporting_unit) as reporting_unit,
        coalesce(reported.report_period, due.report_period) as report_period,
        coalesce(reported.as_of_date, due.as_of_date) as as_of_date,
        coalesce(reported.data_to_date, due.data_to_date) as data_to_date,
        coalesce(reported.report_id, due.report_id) as report_id,
        coalesce(reported.file_name, due.file_name) as file_name,
        coalesce(reported.row_number, due.row_number) as row_number,
        reported.remarks,
        reported.inexact,
        reported.project_id is not null as is_reported,
        due.project_id is not null as is_due
    from reported
    full outer join due
        on reported.origin = due.origin
        and reported.project_id = due.project_id
        and reported.checkpoint_type = due.checkpoint_type
        and reported.due_period = due.due_period
),

judged as (
    select
        together.*,
        calendar.due_from,
        calendar.due_on,
        projects.project_id is null as is_orphan,
        together.held_date is not null as is_held,
        coalesce(together.held_date between calendar.due_from and calendar.due_on, false) as is_on_time
    from together
    left join calendar
        on together.checkpoint_type = calendar.checkpoint_type and together.due_period = calendar.due_period
    left join projects on together.origin = projects.origin and together.project_id = projects.project_id
)

select * from judged
