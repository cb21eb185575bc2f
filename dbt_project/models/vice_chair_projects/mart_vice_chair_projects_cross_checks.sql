{% macro cross_checks_of__vice_chair_projects() %}{{ return(ref('mart_vice_chair_projects_cross_checks')) }}{% endmacro %}

-- What a project has done and spent since it began can only grow from one report to the next.
with reported as (
    select
        *,
        lag(measures_done) over (partition by project_key order by valid_from) as measures_done_before,
        lag(spent_yuan) over (partition by project_key order by valid_from) as spent_yuan_before,
        lag(report_period) over (partition by project_key order by valid_from) as period_before
    from {{ ref('fct_vice_chair_projects_projects') }}
),

figures as (
    select
        *,
        '已兑现措施数' as label_zh,
        'measures done' as label_en,
        cast(measures_done as double) as figure,
        cast(measures_done_before as double) as figure_before
    from reported
    union all
    select
        *,
        '已支出经费' as label_zh,
        'yuan spent' as label_en,
        cast(spent_yuan as double) as figure,
        cast(spent_yuan_before as double) as figure_before
    from reported
),

checks as (
    select
        'vice_chair_projects' as programme,
        'cumulative_falls' as rule,
        'error' as severity,
        origin,
        region_code as region,
        report_period as period,
        report_period || ' ' || label_zh as left_label_zh,
        {{ written_number('figure') }} as left_value,
        period_before || ' ' || label_zh as right_label_zh,
        {{ written_number('figure_before') }} as right_value,
        '项目 ' || project_id || ' 的' || label_zh || '（累计）从 ' || period_before || ' 的 ' || {{ written_number('figure_before') }}
            || ' 减到 ' || report_period || ' 的 ' || {{ written_number('figure') }} || '。' as sentence_zh,
        'Project ' || project_id || ': ' || label_en || ' fell from ' || {{ written_number('figure_before') }} || ' (' || period_before
            || ') to ' || {{ written_number('figure') }} || ' (' || report_period || ').' as sentence_en,
        file_name,
        row_number,
        cast(1 as bigint) as row_count
    from figures
    where figure < figure_before
),

-- A running total below what was known is not counted.
outputs as (
    {{ fallen_totals('vice_chair_projects', ref('fct_vice_chair_projects_outputs'), 'output_count', "'项目 ' || project_id || ' 的' || output_type",
        "'Project ' || project_id || ', ' || output_type") }}
)

select {{ cross_check_columns() }} from checks
union all
select {{ cross_check_columns() }} from outputs
