{% macro cross_checks_of__dispute_mediation() %}{{ return(ref('mart_dispute_mediation_cross_checks')) }}{% endmacro %}

-- depends_on: {{ ref('dim_kpi') }}
with closures as (
    select
        closures.origin,
        closures.region,
        closures.period,
        closures.numerator,
        closures.denominator,
        regions.region_name,
        regions.name_en,
        periods.period_start,
        periods.period_end
    from {{ ref('mart_dispute_mediation_kpi_values') }} as closures
    inner join {{ ref('dim_region') }} as regions on closures.region = regions.region_code
    inner join {{ ref('dim_period') }} as periods on closures.period = periods.period
    where closures.kpi = 'dm_closure_rate'
        and closures.category is null
        and closures.numerator > closures.denominator
),

closed_cases as (
    select
        closures.*,
        cases.file_name,
        cases.row_number,
        count(*) over (partition by closures.origin, closures.region, closures.period) as row_count,
        row_number() over (
            partition by closures.origin, closures.region, closures.period
            order by cases.accepted_on desc, cases.file_name asc, cases.row_number asc
        ) as place
    from closures
    inner join {{ ref('bridge_region_ancestor') }} as ancestors on closures.region = ancestors.ancestor_code
    inner join {{ ref('fct_dispute_mediation_cases') }} as cases
        on closures.origin = cases.origin
        and ancestors.region_code = cases.region_code
        and cases.closed_on between closures.period_start and closures.period_end
    where cases.is_closed and not cases.is_orphan
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
        {{ written_number('numerator', mask_below='5') }} as left_value,
        '期初未结加期内受理' as right_label_zh,
        {{ written_number('denominator', mask_below='5') }} as right_value,
        region_name || ' ' || period || '：期内结案 ' || {{ written_number('numerator', mask_below='5') }} || ' 件，多于期初未结加期内受理的 '
            || {{ written_number('denominator', mask_below='5') }} || ' 件。' as sentence_zh,
        name_en || ' ' || period || ': ' || {{ written_number('numerator', mask_below='5') }} || ' cases closed, more than the '
            || {{ written_number('denominator', mask_below='5') }} || ' carried over and accepted.' as sentence_en,
        file_name,
        row_number,
        row_count
    from closed_cases
    where place = 1
)

select {{ cross_check_columns() }} from checks
