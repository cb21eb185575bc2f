with reported as (
    select
        *,
        max(case when data_basis <> '本期' and reuse_count is not null then report_period end) over (
            partition by origin, reporting_unit, ip_name
        ) as last_running_total
    from {{ ref('stg_culture_block__ip_assets') }}
),

-- A running total replaces what was reported before it; what is reported for one period only is added to it.
counted as (
    select
        *,
        sum(case when last_running_total is null or report_period >= last_running_total then reuse_count end) over (
            partition by origin, reporting_unit, ip_name
        ) as reuse_total
    from reported
),

ip_assets as (
    {{ latest_state('counted', ['reporting_unit', 'ip_name']) }}
),

judged as (
    select
        *,
        false as is_orphan
    from ip_assets
)

select * from judged
