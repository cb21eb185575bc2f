-- What 四个一 asks of each project: what has fallen due, and what is still to come in the last year anything fell due.
with checkpoints as (
    select * from {{ ref('fct_vice_chair_projects_checkpoints') }}
    where not is_orphan
),

projects as (
    select * from {{ ref('fct_vice_chair_projects_projects') }}
),

calendar as (
    select * from {{ ref('int_vice_chair_projects__checkpoint_calendar') }}
),

years as (
    select origin, max(extract(year from due_on)) as last_year
    from checkpoints
    where is_due
    group by origin
),

expected as (
    select
        projects.origin,
        projects.project_key,
        projects.project_id,
        projects.term_no,
        projects.project_name,
        projects.region_code,
        calendar.checkpoint_type,
        calendar.due_period,
        calendar.due_on
    from projects
    inner join years on projects.origin = years.origin
    inner join calendar
        on projects.start_date <= calendar.due_on
        and calendar.due_on <= coalesce(projects.runs_until, calendar.due_on)
        and extract(year from calendar.due_on) <= years.last_year
        and {{ state_at('projects', month_of('calendar.due_on')) }}
),

judged as (
    select
        expected.origin,
        expected.project_key,
        expected.project_id,
        expected.project_name,
        expected.region_code,
        expected.term_no,
        expected.checkpoint_type,
        expected.due_period,
        expected.due_on,
        checkpoints.held_date,
        case
            when not coalesce(checkpoints.is_due, false) and coalesce(checkpoints.is_held, false) then 'held_early'
            when not coalesce(checkpoints.is_due, false) then 'not_due'
            when checkpoints.is_on_time then 'on_time'
            when checkpoints.is_held then 'late'
            else 'not_held'
        end as checkpoint_state
    from expected
    left join checkpoints
        on expected.project_key = checkpoints.project_key
        and expected.checkpoint_type = checkpoints.checkpoint_type
        and expected.due_period = checkpoints.due_period
)

select * from judged
