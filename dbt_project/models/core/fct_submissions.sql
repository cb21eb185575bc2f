with submissions as (
    select * from {{ source('intake', 'submissions') }}
    where is_current
),

current_submissions as (
    select
        submission_id,
        programme,
        table_name,
        origin,
        reporting_unit,
        report_period,
        province_code,
        region_code,
        row_count,
        is_zero_report,
        report_id,
        cast(report_period || '-01' as date) as report_month
    from submissions
)

select * from current_submissions
