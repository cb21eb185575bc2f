with projects as (
    select * from {{ ref('fct_vice_chair_projects_projects') }}
    where not is_orphan
),

chairs as (
    select origin, chair_ref, term_start from {{ ref('fct_vice_chair_projects_vice_chairs') }}
),

pledges as (
    select
        projects.origin,
        projects.project_id,
        projects.project_name,
        projects.region_code,
        projects.term_no,
        extract(year from chairs.term_start) as term_year,
        projects.start_date,
        projects.runs_until,
        projects.data_to_date,
        projects.measures_planned,
        {{ sign_of('measures_planned') }} as measures_planned_sign,
        projects.measures_done,
        {{ sign_of('measures_done') }} as measures_done_sign,
        projects.budget_yuan,
        {{ sign_of('budget_yuan') }} as budget_sign,
        projects.spent_yuan,
        {{ sign_of('spent_yuan') }} as spent_sign
    from projects
    inner join chairs
        on projects.origin = chairs.origin
        and projects.chair_ref = chairs.chair_ref
)

select * from pledges
