-- What the 四个一 rule asks of a project is known from its dates; a checkpoint that nobody reported is a row all the same.
with calendar as (
    select * from {{ ref('int_vice_chair_projects__checkpoint_calendar') }}
),

events as (
    {{ latest_state(
        ref('stg_vice_chair_projects__checkpoints'), ['project_id', 'checkpoint_type', 'due_period'], 'checkpoint_key'
    ) }}
),

dated as (
    select
        events.*,
        calendar.due_from,
        calendar.due_on
    from events
    left join calendar
        on events.checkpoint_type = calendar.checkpoint_type and events.due_period = calendar.due_period
),

reported as (
    {{ under_parent(
        'dated', ref('fct_vice_chair_projects_projects'), ['project_id'], 'project_key', month_of('children.due_on')
    ) }}
),

projects as (
    select * from {{ ref('fct_vice_chair_projects_projects') }}
),

-- Nothing is claimed after the last month anybody has reported.
horizons as (
    select
        origin,
        least(last_day(data_end), {{ today() }}) as due_until
    from {{ ref('int_core__data_ends') }}
    where programme = 'vice_chair_projects'
),

-- Whether a project ran on a checkpoint's last day is what was reported for that month.
due as (
    select
        projects.*,
        calendar.checkpoint_type,
        calendar.due_period,
        calendar.due_from,
        calendar.due_on
    from projects
    inner join horizons on projects.origin = horizons.origin
    inner join calendar
        on projects.start_date <= calendar.due_on
        and calendar.due_on <= coalesce(projects.runs_until, calendar.due_on)
        and calendar.due_on <= horizons.due_until
        and {{ state_at('projects', month_of('calendar.due_on')) }}
),

-- File and line of a checkpoint that was not reported are those of its project.
together as (
    select
        coalesce(reported.origin, due.origin) as origin,
        coalesce(reported.project_key, due.project_key) as project_key,
        coalesce(reported.project_id, due.project_id) as project_id,
        coalesce(reported.checkpoint_type, due.checkpoint_type) as checkpoint_type,
        coalesce(reported.due_period, due.due_period) as due_period,
        coalesce(reported.due_from, due.due_from) as due_from,
        coalesce(reported.due_on, due.due_on) as due_on,
        reported.held_date,
        reported.result_grade,
        coalesce(reported.province_code, due.province_code) as province_code,
        coalesce(reported.region_code, due.region_code) as region_code,
        coalesce(reported.reported_region_code, due.reported_region_code) as reported_region_code,
        coalesce(reported.reporting_unit, due.reporting_unit) as reporting_unit,
        coalesce(reported.parent_unit, due.reporting_unit) as parent_unit,
        coalesce(reported.report_period, due.report_period) as report_period,
        coalesce(reported.as_of_date, due.as_of_date) as as_of_date,
        coalesce(reported.data_to_date, due.data_to_date) as data_to_date,
        coalesce(reported.submission_id, due.submission_id) as submission_id,
        coalesce(reported.report_id, due.report_id) as report_id,
        coalesce(reported.file_name, due.file_name) as file_name,
        coalesce(reported.row_number, due.row_number) as row_number,
        reported.remarks,
        reported.inexact,
        coalesce(reported.owner_region_code, due.owner_region_code) as owner_region_code,
        coalesce(reported.is_claimed_twice, false) as is_claimed_twice,
        coalesce(reported.is_orphan, false) as is_orphan,
        reported.checkpoint_key is not null as is_reported,
        due.project_key is not null as is_due
    from reported
    full outer join due
        on reported.project_key = due.project_key
        and reported.checkpoint_type = due.checkpoint_type
        and reported.due_period = due.due_period
),

judged as (
    select
        *,
        held_date is not null as is_held,
        coalesce(held_date between due_from and due_on, false) as is_on_time
    from together
)

select * from judged
