with outputs as (
    {{ latest_state(ref('stg_vice_chair_projects__outputs'), ['project_id', 'output_type', 'report_period']) }}
),

projects as (
    select distinct origin, project_id from {{ ref('stg_vice_chair_projects__projects') }}
),

-- A 累计 row holds everything up to its month and starts the sum anew; the 本期 rows after it are added to it.
restarts as (
    select
        *,
        sum(case when data_basis = '本期' then 0 else 1 end) over (
            partition by origin, project_id, output_type
            order by report_period
            rows between unbounded preceding and current row
        ) as restart_number
    from outputs
),

totals as (
    select
        *,
        sum(output_count) over (
            partition by origin, project_id, output_type, restart_number
            order by report_period
            rows between unbounded preceding and current row
        ) as total_so_far
    from restarts
),

judged as (
    select
        totals.* except (inexact, restart_number),
        -- What is inexact in the count is so in what is counted of it.
        totals.inexact || ';' || replace(totals.inexact, 'output_count', 'counted_output') as inexact,
        projects.project_id is null as is_orphan,
        last_day(cast(totals.report_period || '-01' as date)) as output_on,
        totals.total_so_far - coalesce(
            lag(totals.total_so_far) over (
                partition by totals.origin, totals.project_id, totals.output_type
                order by totals.report_period
            ),
            0
        ) as counted_output,
        totals.output_type = '培训' as is_training,
        totals.output_type = '法律服务' as is_legal_service,
        totals.output_type = '获批试点企业' as is_pilot_enterprise
    from totals
    left join projects on totals.origin = projects.origin and totals.project_id = projects.project_id
)

select * from judged
