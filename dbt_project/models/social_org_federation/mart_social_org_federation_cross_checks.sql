{% macro cross_checks_of__social_org_federation() %}{{ return(ref('mart_social_org_federation_cross_checks')) }}{% endmacro %}

with women as (
    select
        'social_org_federation' as programme,
        'women_more_than_members' as rule,
        'error' as severity,
        origin,
        region_code as region,
        report_period as period,
        '其中女会员' as left_label_zh,
        {{ written_number('women_members') }} as left_value,
        '会员人数' as right_label_zh,
        {{ written_number('members') }} as right_value,
        org_name || '：女会员 ' || {{ written_number('women_members') }} || ' 人，多于会员 '
            || {{ written_number('members') }} || ' 人。' as sentence_zh,
        org_name || ': ' || {{ written_number('women_members') }} || ' women, more than its '
            || {{ written_number('members') }} || ' members.' as sentence_en,
        file_name,
        row_number,
        cast(1 as bigint) as row_count
    from {{ ref('fct_social_org_federation_member_orgs') }}
    where not is_orphan and valid_to is null and women_members > members
),

-- A running total below what was known is not counted.
services as (
    {{ fallen_totals('social_org_federation', ref('fct_social_org_federation_service_sites'), 'served_times', "'阵地 ' || site_id || ' 的服务人次'",
        "'Site ' || site_id || ', service times'") }}
)

select {{ cross_check_columns() }} from women
union all
select {{ cross_check_columns() }} from services
