with projects as (
    {{ latest_state(ref('stg_vice_chair_projects__projects'), ['project_id']) }}
),

chairs as (
    select origin, chair_ref, term_no from {{ ref('fct_vice_chair_projects_vice_chairs') }}
),

-- The day by which an office first said that a project is over.
endings as (
    select
        origin,
        project_id,
        min(data_to_date) as reported_over_on
    from {{ ref('stg_vice_chair_projects__projects') }}
    where project_status in ('完成', '终止')
    group by origin, project_id
),

judged as (
    select
        projects.*,
        chairs.term_no,
        chairs.chair_ref is null as is_orphan,
        coalesce(
            projects.end_date,
            case
                when projects.project_status in ('完成', '终止') then {{ add_days('endings.reported_over_on', -1) }}
            end
        ) as runs_until,
        projects.measures_planned is not null and projects.measures_done is not null as has_measures,
        projects.budget_yuan is not null and projects.spent_yuan is not null as has_budget
    from projects
    left join chairs on projects.origin = chairs.origin and projects.chair_ref = chairs.chair_ref
    left join endings on projects.origin = endings.origin and projects.project_id = endings.project_id
)

select * from judged
