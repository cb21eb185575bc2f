with targets as (
    select * from {{ ref('targets') }}
),

typed as (
    select
        kpi,
        region_code,
        scope,
        cast(target as double) as target,
        cast(target_upper as double) as target_upper,
        cast(baseline as double) as baseline,
        cast(baseline_date as date) as baseline_date,
        cast(period_start as date) as period_start,
        cast(period_end as date) as period_end,
        pace,
        source_figure_id,
        source_zh,
        note_zh,
        source_en,
        note_en
    from targets
)

select * from typed
