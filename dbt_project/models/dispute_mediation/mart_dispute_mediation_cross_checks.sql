{% macro cross_checks_of__dispute_mediation() %}{{ return(ref('mart_dispute_mediation_cross_checks')) }}{% endmacro %}

-- depends_on: {{ ref('dim_kpi') }}
{%- set closed, opened = written_number('closed'), written_number('opened') %}
{%- set without_date = written_number('without_date') %}

-- What offices call closed. The rate leaves out cases without 受理日期, so they stand here beside what was open.
with told as (
    select
        *,
        {{ month_of('closed_on') }} as closed_month,
        case when accepted_on is null then 1 else 0 end as is_without_date
    from {{ ref('fct_dispute_mediation_cases') }}
    where not is_orphan
        and closed_on is not null
        and outcome in ('调解成功', '调解不成', '撤回')
),

by_month as (
    select
        origin,
        region_code,
        closed_month,
        count(*) as closed,
        sum(is_without_date) as without_date
    from told
    group by origin, region_code, closed_month
),

by_period as (
    select
        by_month.origin,
        ancestors.ancestor_code as region,
        periods.period,
        sum(by_month.closed) as closed,
        sum(by_month.without_date) as without_date
    from by_month
    inner join {{ ref('bridge_region_ancestor') }} as ancestors on by_month.region_code = ancestors.region_code
    inner join {{ ref('bridge_month_period') }} as periods on by_month.closed_month = periods.month_start
    group by by_month.origin, ancestors.ancestor_code, periods.period
),

side_by_side as (
    select origin, region, period, closed, without_date, 0.0 as opened
    from by_period
    union all
    select origin, region, period, 0, 0, denominator
    from {{ ref('mart_dispute_mediation_kpi_values') }}
    where kpi = 'dm_closure_rate' and category is null
),

-- Few places are left here, so that rows are looked for in those only.
too_many as (
    select
        origin,
        region,
        period,
        sum(closed) as closed,
        sum(without_date) as without_date,
        coalesce(sum(opened), 0) as opened
    from side_by_side
    group by origin, region, period
    having sum(closed) > coalesce(sum(opened), 0)
),

-- Of a hidden cell it is said that its figures contradict each other, without them.
compared as (
    select
        too_many.*,
        regions.region_name,
        regions.name_en,
        periods.period_start,
        periods.period_end,
        hidden_cells.region is not null as is_hidden
    from too_many
    inner join {{ ref('dim_region') }} as regions on too_many.region = regions.region_code
    inner join {{ ref('dim_period') }} as periods on too_many.period = periods.period
    left join {{ ref('mart_dispute_mediation_hidden_cells') }} as hidden_cells
        on too_many.origin = hidden_cells.origin
        and too_many.region = hidden_cells.region
        and too_many.period = hidden_cells.period
),

-- The row shown is one without a date of acceptance, where there is one.
with_rows as (
    select
        compared.*,
        told.file_name,
        told.row_number,
        row_number() over (
            partition by compared.origin, compared.region, compared.period
            order by told.is_without_date desc, told.accepted_on desc, told.file_name asc, told.row_number asc
        ) as place
    from compared
    inner join {{ ref('bridge_region_ancestor') }} as ancestors on compared.region = ancestors.ancestor_code
    inner join told
        on compared.origin = told.origin
        and ancestors.region_code = told.region_code
        and told.closed_on between compared.period_start and compared.period_end
),

checks as (
    select
        'dispute_mediation' as programme,
        'closed_more_than_open' as rule,
        'error' as severity,
        origin,
        region,
        period,
        '期内结案' as left_label_zh,
        case when not is_hidden then {{ closed }} end as left_value,
        '期初未结加期内受理' as right_label_zh,
        case when not is_hidden then {{ opened }} end as right_value,
        case when is_hidden
            then region_name || ' ' || case when period = 'all' then '全部时间' else period end || '：结案多于期初未结加期内受理的（件数少，不显示）。'
            else region_name || ' ' || case when period = 'all' then '全部时间' else period end || '：结案 ' || {{ closed }}
            || ' 件，多于期初未结加期内受理的 ' || {{ opened }} || ' 件'
            || case when without_date > 0 then '；其中 ' || {{ without_date }} || ' 件没有受理日期。' else '。' end
        end as sentence_zh,
        case when is_hidden
            then name_en || ', ' || case when period = 'all' then 'all time' else period end
                || ': more cases closed than carried over and accepted (few cases, not shown).'
            else name_en || ', ' || case when period = 'all' then 'all time' else period end || ': ' || {{ closed }}
            || ' cases closed, more than the ' || {{ opened }} || ' carried over and accepted'
            || case when without_date > 0 then '; ' || {{ without_date }} || ' have no date of acceptance.' else '.' end
        end as sentence_en,
        case when not is_hidden then file_name end as file_name,
        case when not is_hidden then row_number end as row_number,
        case when not is_hidden then cast(closed as bigint) end as row_count
    from with_rows
    where place = 1
)

select {{ cross_check_columns() }} from checks
