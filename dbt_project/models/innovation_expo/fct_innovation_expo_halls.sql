-- Offices write the same hall as 3 and as 3号.
with reported as (
    select
        *,
        replace(hall_no, '号', '') as hall_key,
        min(cast(report_period || '-01' as date)) over (
            partition by origin, reporting_unit, replace(hall_no, '号', '')
        ) as first_reported_on,
        max(case when data_basis <> '本期' and visitors is not null then report_period end) over (
            partition by origin, reporting_unit, replace(hall_no, '号', '')
        ) as last_running_total
    from {{ ref('stg_innovation_expo__halls') }}
),

-- A running total replaces what was reported before it; what is reported for one period only is added to it.
counted as (
    select
        *,
        sum(case when last_running_total is null or report_period >= last_running_total then visitors end) over (
            partition by origin, reporting_unit, hall_key
        ) as visitors_total
    from reported
),

halls as (
    {{ latest_state('counted', ['reporting_unit', 'hall_key']) }}
),

judged as (
    select
        *,
        false as is_orphan
    from halls
)

select * from judged
