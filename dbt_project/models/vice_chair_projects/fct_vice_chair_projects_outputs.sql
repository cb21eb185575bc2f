{{ narrow_by_record(ref('stg_vice_chair_projects__outputs'), ['project_id']) }}
with reported as (
    {{ latest_state(
        ref('stg_vice_chair_projects__outputs'), ['project_id', 'output_type', 'report_period'], 'output_key'
    ) }}
),

outputs as (
    {{ under_parent(
        'reported', ref('fct_vice_chair_projects_projects'), ['project_id'], 'project_key',
        "cast(children.report_period || '-01' as date)"
    ) }}
),

-- Rows that wait for their project are a series of their own.
in_series as (
    select
        *,
        coalesce(project_key, concat_ws('/', origin, owner_region_code, project_id)) || '/' || output_type as series_key
    from outputs
),

counted as (
    {{ running_totals('in_series', 'series_key', 'output_count') }}
),

judged as (
    select
        *,
        last_day(cast(report_period || '-01' as date)) as output_on,
        output_type = '培训' as is_training,
        output_type = '法律服务' as is_legal_service,
        output_type = '获批试点企业' as is_pilot_enterprise
    from counted
)

select * from judged
