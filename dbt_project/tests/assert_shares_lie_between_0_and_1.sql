-- A share above 1 or below 0 is a wrong definition, unless the KPI says why it may be (may_pass_one).
with shares as (
    select
        kpi,
        region,
        period,
        origin
    from {{ ref('mart_kpi_values') }}
    where unit = 'percent' and origin <> 'published' and (value > 1.000000001 or value < 0)
)

select shares.*
from shares
inner join {{ ref('dim_kpi') }} as kpis on shares.kpi = kpis.kpi
where not kpis.may_pass_one
order by shares.kpi, shares.region, shares.period
