{{ narrow_by_record(ref('stg_culture_block__ip_assets'), ['reporting_unit', 'ip_name']) }}
with states as (
    {{ register_states(
        ref('stg_culture_block__ip_assets'), ['unit_region_code', 'reporting_unit', 'ip_name'], 'ip_asset_key', owned=false
    ) }}
),

-- A running total replaces what was reported before it; what is reported for one period only is added to it.
runs as (
    select
        *,
        sum(case when data_basis <> '本期' and reuse_count is not null then 1 else 0 end) over (
            partition by ip_asset_key order by valid_from rows between unbounded preceding and current row
        ) as run_number
    from states
),

ip_assets as (
    select
        * except (run_number),
        false as is_orphan,
        sum(reuse_count) over (
            partition by ip_asset_key, run_number order by valid_from rows between unbounded preceding and current row
        ) as reuse_total
    from runs
)

select * from ip_assets
