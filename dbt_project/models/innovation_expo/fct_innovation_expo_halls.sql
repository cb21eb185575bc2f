{{ narrow_by_record(ref('stg_innovation_expo__halls'), ['reporting_unit']) }}
-- Offices write the same hall as 3 and as 3号.
with numbered as (
    select
        *,
        replace(hall_no, '号', '') as hall_number
    from {{ ref('stg_innovation_expo__halls') }}
),

states as (
    {{ register_states('numbered', ['unit_region_code', 'reporting_unit', 'hall_number'], 'hall_key', owned=false) }}
),

-- A running total replaces what was reported before it; what is reported for one period only is added to it.
runs as (
    select
        *,
        sum(case when data_basis <> '本期' and visitors is not null then 1 else 0 end) over (
            partition by hall_key order by valid_from rows between unbounded preceding and current row
        ) as run_number
    from states
),

halls as (
    select
        * except (run_number),
        false as is_orphan,
        sum(visitors) over (
            partition by hall_key, run_number order by valid_from rows between unbounded preceding and current row
        ) as visitors_total
    from runs
)

select * from halls
