-- Stocks and running sums go on until the last month anybody has reported, and no further.
with submissions as (
    select * from {{ ref('fct_submissions') }}
),

data_ends as (
    select
        programme,
        origin,
        max(report_month) as data_end
    from submissions
    group by programme, origin
)

select * from data_ends
