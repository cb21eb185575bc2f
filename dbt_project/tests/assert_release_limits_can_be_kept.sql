-- A share of rows lies between 0 and 1, a factor above 1; a programme that is named exists.
with limits as (
    select * from {{ ref('release_limits') }}
),

programmes as (
    select * from {{ ref('programmes') }}
)

select
    limits.check_name,
    limits.programme,
    limits.limit_value
from limits
left join programmes on limits.programme = programmes.programme
where
    (limits.check_name = 'rows_fall' and not (limits.limit_value > 0 and limits.limit_value <= 1))
    or (limits.check_name = 'kpi_swing' and limits.limit_value <= 1)
    or limits.check_name not in ('rows_fall', 'kpi_swing')
    or (limits.programme is not null and limits.programme <> '' and programmes.programme is null)
