{#- Facts are built before their programme's KPIs; so this comes after all of them. -#}
{%- set kpi_marts = kpi_values_of_all_programmes() -%}

with claims as (
    select
        cast(null as {{ text_type() }}) as programme,
        cast(null as {{ text_type() }}) as table_name,
        cast(null as {{ text_type() }}) as table_name_zh,
        cast(null as {{ text_type() }}) as origin,
        cast(null as {{ text_type() }}) as record,
        cast(null as {{ text_type() }}) as region_code,
        cast(null as {{ text_type() }}) as report_period,
        cast(null as {{ text_type() }}) as counted_unit,
        cast(null as {{ text_type() }}) as counted_file,
        cast(null as integer) as counted_row,
        cast(null as {{ text_type() }}) as other_unit,
        cast(null as {{ text_type() }}) as other_file,
        cast(null as integer) as other_row
    where false
    {%- for fact in own_facts() %}
    {%- set key = fact.contract.primary_key %}
    union all
    select
        {{ text(fact.node.config.meta.programme) }},
        {{ text(fact.node.config.meta.table) }},
        {{ text(fact.contract.name_zh) }},
        counted.origin,
        concat_ws('、'{% for column in key %}, counted.{{ column }}{% endfor %}),
        counted.region_code,
        counted.report_period,
        counted.reporting_unit,
        counted.file_name,
        counted.row_number,
        others.reporting_unit,
        others.file_name,
        others.row_number
    from {{ fact.node.relation_name }} as counted
    inner join {{ fact.staging }} as others
        on counted.origin = others.origin
        {%- for column in key %}
        and counted.{{ column }} = others.{{ column }}
        {%- endfor %}
        and counted.reporting_unit <> others.reporting_unit
        and (
            {{ contains_region('counted.owner_region_code', 'others.unit_region_code') }}
            or {{ contains_region('others.unit_region_code', 'counted.owner_region_code') }}
        )
    where counted.is_claimed_twice{{ ' and counted.valid_to is null' if fact.node.config.meta.get('has_states') }}
    qualify row_number() over (
        partition by counted.origin, counted.owner_region_code{% for column in key %}, counted.{{ column }}{% endfor %}
        order by others.report_period desc, others.submission_order desc, others.row_number desc
    ) = 1
    {%- endfor %}
)

select * from claims
