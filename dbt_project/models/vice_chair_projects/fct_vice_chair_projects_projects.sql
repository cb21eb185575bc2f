{{ narrow_by_record(ref('stg_vice_chair_projects__projects'), ['project_id']) }}
with reported as (
    {{ register_states(ref('stg_vice_chair_projects__projects'), ['project_id'], 'project_key') }}
),

projects as (
    {{ under_parent(
        'reported', ref('fct_vice_chair_projects_vice_chairs'), ['chair_ref'], 'chair_key', 'children.valid_from',
        columns=['term_no', 'term_start']
    ) }}
),

-- The day by which an office first said that a project is over.
endings as (
    select
        project_key,
        min(data_to_date) as reported_over_on
    from projects
    where project_status in ('完成', '终止')
    group by project_key
),

judged as (
    select
        projects.*,
        coalesce(
            projects.end_date,
            case
                when projects.project_status in ('完成', '终止') then {{ add_days('endings.reported_over_on', -1) }}
            end
        ) as runs_until,
        projects.measures_planned is not null and projects.measures_done is not null as has_measures,
        projects.budget_yuan is not null and projects.spent_yuan is not null as has_budget
    from projects
    left join endings on projects.project_key = endings.project_key
)

select * from judged
