-- One row per state of a project: a picture of a past period takes the states of then.
{{ narrow_by_place([ref('fct_vice_chair_projects_projects')]) }}
with projects as (
    select * from {{ ref('fct_vice_chair_projects_projects') }}
    where not is_orphan
),

pledges as (
    select
        projects.origin,
        projects.project_key,
        projects.project_id,
        projects.project_name,
        projects.region_code,
        projects.term_no,
        extract(year from projects.term_start) as term_year,
        {{ state_from('projects') }} as state_from,
        projects.valid_to as state_to,
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
)

select * from pledges
