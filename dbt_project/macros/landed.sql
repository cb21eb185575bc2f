{#-
    A staging model: the rows of a dropped table whose submission has not been replaced by a later file, as a view.

    Columns have the names and types of the table's contract (models/<programme>/_<programme>__sources.yml): the intake has read the files by it, so there
    is nothing left to rename or to cast (docs/decisions/0026-a-staging-model-is-one-line.md).

    Only the table's own submissions are asked for, so that a file of another table leaves this one as it is.

    Adds submission_order (the higher the later), unit_region_code (the region of the 填报单位) and data_to_date: the day the row's data reach to, 截止日期 where the office gave one,
    else the end of its 统计期, never later than today.
-#}
{% macro landed(programme, table) -%}
    {{ config(materialized='view') }}
    select
        landing.*,
        submissions.submission_order,
        submissions.unit_region_code,
        coalesce(
            landing.as_of_date,
            least(last_day(cast(landing.report_period || '-01' as date)), {{ today() }})
        ) as data_to_date
    from {{ source(programme, table) }} as landing
    inner join (
        select
            submission_id,
            max(submission_order) as submission_order,
            max(unit_region_code) as unit_region_code
        from {{ source('intake', 'submissions') }}
        where programme = '{{ programme }}' and table_name = '{{ table }}'
            and is_current
        group by submission_id
    ) as submissions on landing.submission_id = submissions.submission_id
{% endmacro %}
