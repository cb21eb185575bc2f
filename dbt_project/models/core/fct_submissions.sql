with submissions as (
    select * from {{ source('intake', 'submissions') }}
    where is_current
),

programmes as (
    select * from {{ ref('dim_programme') }}
),

current_submissions as (
    select
        submissions.submission_id,
        submissions.programme,
        submissions.table_name,
        submissions.origin,
        submissions.reporting_unit,
        submissions.report_period,
        -- Of several provinces of an alliance the first: its submission counts once.
        min(submissions.province_code) as province_code,
        -- An alliance belongs to the nation under its own heading, wherever its files come from.
        case when programmes.is_ranked then submissions.region_code else '000000' end as region_code,
        cast(sum(submissions.row_count) as bigint) as row_count,
        submissions.is_zero_report,
        submissions.report_id,
        cast(submissions.report_period || '-01' as date) as report_month
    from submissions
    inner join programmes on submissions.programme = programmes.programme
    group by
        submissions.submission_id, submissions.programme, submissions.table_name, submissions.origin, submissions.reporting_unit,
        submissions.report_period,
        case when programmes.is_ranked then submissions.region_code else '000000' end,
        submissions.is_zero_report, submissions.report_id
)

select * from current_submissions
