{% macro cross_checks_of__women_innovation_studios() %}{{ return(ref('mart_women_innovation_studios_cross_checks')) }}{% endmacro %}

with women as (
    select
        'women_innovation_studios' as programme,
        'women_more_than_members' as rule,
        'error' as severity,
        origin,
        region_code as region,
        report_period as period,
        '其中女职工' as left_label_zh,
        {{ written_number('women_members') }} as left_value,
        '成员数' as right_label_zh,
        {{ written_number('members') }} as right_value,
        '工作室 ' || studio_id || '：女职工 ' || {{ written_number('women_members') }} || ' 人，多于成员 '
            || {{ written_number('members') }} || ' 人。' as sentence_zh,
        'Studio ' || studio_id || ': ' || {{ written_number('women_members') }} || ' women, more than its '
            || {{ written_number('members') }} || ' members.' as sentence_en,
        file_name,
        row_number,
        cast(1 as bigint) as row_count
    from {{ ref('fct_women_innovation_studios_studios') }}
    where not is_orphan and valid_to is null and women_members > members
),

funding as (
    select
        'women_innovation_studios' as programme,
        'funding_not_as_due' as rule,
        'warning' as severity,
        origin,
        region_code as region,
        cast(review_year as {{ text_type() }}) as period,
        '拨付经费（元）' as left_label_zh,
        {{ written_number('funding_yuan') }} as left_value,
        '按规则应拨（元）' as right_label_zh,
        {{ written_number('funding_due_yuan') }} as right_value,
        '工作室 ' || studio_id || ' ' || cast(review_year as {{ text_type() }}) || ' 年' || review_result || '，拨付 '
            || {{ written_number('funding_yuan') }} || ' 元，按规则应拨 ' || {{ written_number('funding_due_yuan') }} || ' 元。' as sentence_zh,
        'Studio ' || studio_id || ' in ' || cast(review_year as {{ text_type() }}) || ': ' || {{ written_number('funding_yuan') }}
            || ' yuan paid, ' || {{ written_number('funding_due_yuan') }} || ' due by the rule.' as sentence_en,
        file_name,
        row_number,
        cast(1 as bigint) as row_count
    from {{ ref('fct_women_innovation_studios_reviews') }}
    where not is_orphan and funding_yuan <> funding_due_yuan
),

checks as (
    select {{ cross_check_columns() }} from women
    union all
    select {{ cross_check_columns() }} from funding
)

select * from checks
