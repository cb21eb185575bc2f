with blocks as (
    select * from {{ ref('fct_culture_block_blocks') }}
),

months as (
    select period_start as month_start, period_end as month_end
    from {{ ref('dim_period') }}
    where period_grain = 'month'
),

-- Months go on until the last one anybody has reported, and no further.
data_ends as (
    select origin, data_end as last_month
    from {{ ref('int_core__data_ends') }}
    where programme = 'culture_block'
),

block_months as (
    select
        blocks.*,
        months.month_start
    from blocks
    inner join data_ends on blocks.origin = data_ends.origin
    inner join months on blocks.opened_on <= months.month_end and months.month_start <= data_ends.last_month
        and {{ state_at('blocks', 'months.month_start') }}
)

select * from block_months
