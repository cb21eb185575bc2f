{#- Facts are built before their programme's KPIs; so this comes after all of them. -#}
{%- set kpi_marts = kpi_values_of_all_programmes() -%}

with claims as (
    select
        cast(null as {{ text_type() }}) as programme,
        cast(null as {{ text_type() }}) as table_name,
        cast(null as {{ text_type() }}) as table_name_zh,
        cast(null as {{ text_type() }}) as origin,
        cast(null as {{ text_type() }}) as record_key,
        cast(null as {{ text_type() }}) as record,
        cast(null as {{ text_type() }}) as region_code,
        cast(null as {{ text_type() }}) as reporting_unit,
        cast(null as {{ text_type() }}) as report_period,
        cast(null as {{ text_type() }}) as file_name,
        cast(null as integer) as row_number,
        cast(null as bigint) as submission_order
    where false
    {%- for fact in own_facts() if 'reporting_unit' not in fact.contract.primary_key %}
    {%- set key, meta = fact.contract.primary_key, fact.node.config.meta %}
    union all
    select
        {{ text(meta.programme) }},
        {{ text(meta.table) }},
        {{ text(fact.contract.name_zh) }},
        origin,
        record_key,
        concat_ws('、', {{ key | join(', ') }}),
        region_code,
        reporting_unit,
        report_period,
        file_name,
        row_number,
        submission_order
    from (
        {%- set claimed %}(
            select rows_.*
            from {{ fact.staging }} as rows_
            inner join (
                select origin{% for column in key %}, {{ column }}{% endfor %}
                from {{ fact.staging }}
                group by origin{% for column in key %}, {{ column }}{% endfor %}
                having min(reporting_unit) <> max(reporting_unit)
            ) as several
                on rows_.origin = several.origin
                {%- for column in key %} and rows_.{{ column }} = several.{{ column }}{% endfor %}
        )
        {%- endset %}
        {{ identified(claimed, key, 'record_key', meta.get('record_date'), 'region_code' not in key) }}
    ) as identified
    {%- endfor %}
),

-- Of each office the newest word.
spoken as (
    select *
    from claims
    qualify row_number() over (
        partition by record_key, reporting_unit
        order by report_period desc, submission_order desc, row_number desc
    ) = 1
),

ranked as (
    select
        *,
        row_number() over (
            partition by record_key
            order by report_period desc, submission_order desc, row_number desc
        ) as place,
        count(*) over (partition by record_key) as office_count
    from spoken
),

record_claims as (
    select
        counted.programme,
        counted.table_name,
        counted.table_name_zh,
        counted.origin,
        counted.record,
        counted.region_code,
        counted.report_period,
        counted.office_count,
        counted.reporting_unit as counted_unit,
        counted.file_name as counted_file,
        counted.row_number as counted_row,
        other.reporting_unit as other_unit,
        other.file_name as other_file,
        other.row_number as other_row
    from ranked as counted
    inner join ranked as other on counted.record_key = other.record_key and other.place = 2
    where counted.place = 1
)

select * from record_claims
