{#-
    The rows of a dropped table whose submission has not been replaced by a later file.

    Only the table's own submissions are asked for, so that a file of another table leaves this one as it is.

    Adds submission_order (the higher the later) and data_to_date: the day the row's data reach to, 截止日期 where the office gave one,
    else the end of its 统计期, never later than today.
-#}
{% macro landed(programme, table) %}
    select
        landing.*,
        submissions.submission_order,
        coalesce(
            landing.as_of_date,
            least(last_day(cast(landing.report_period || '-01' as date)), {{ today() }})
        ) as data_to_date
    from {{ source(programme, table) }} as landing
    inner join (
        select submission_id, max(submission_order) as submission_order
        from {{ source('intake', 'submissions') }}
        where programme = '{{ programme }}' and table_name = '{{ table }}'
            and is_current
        group by submission_id
    ) as submissions on landing.submission_id = submissions.submission_id
{% endmacro %}

{#- Of each record (origin and key) its latest state: the highest 统计期, then the later submission, then the lower line. -#}
{% macro latest_state(relation, key) %}
    select *
    from {{ relation }}
    qualify row_number() over (
        partition by origin, {{ key | join(', ') }}
        order by report_period desc, submission_order desc, row_number desc
    ) = 1
{% endmacro %}
