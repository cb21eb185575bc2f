{#-
    Where and when something was reported, for each KPI: an office that has reported and has nothing to count has reported zero.

    A flow is covered in the periods of its 统计期, a stock and a running sum from the first report on. What has only a year of its own
    (reviews, results) is covered by an explicit zero report alone, because its 统计期 is not the year it is about. Rows that wait for their
    parent cover nothing, and the others cover where they count: where their parent is.
-#}

{#- What was handed in and counts, who reports about which regions, and from when to when each region was reported about. -#}
{% macro submission_ctes(definitions, measures) -%}
{%- set waiting = waiting_facts(definitions, measures) -%}
{%- if waiting %}
-- By region of a submission the rows that wait for their parent, and those that stand elsewhere because their parent does.
waiting as (
    {%- for fact in waiting %}
    {{- '\n    union all' if not loop.first }}
    select
        submission_id,
        case when region_code = '000000' then region_code else reported_region_code end as region_code,
        count(*) filter (where is_orphan) as waiting_count,
        count(*) as row_count
    from {{ ref(fact) }}
    where is_orphan or not {{ contains_region('reported_region_code', 'region_code') }}
    group by submission_id, case when region_code = '000000' then region_code else reported_region_code end
    {%- endfor %}
),

submissions as (
    select
        handed_in.*,
        {{ office('handed_in.reporting_unit', 'handed_in.province_code') }} as office,
        coalesce(waiting.row_count >= handed_in.row_count and not handed_in.is_zero_report, false) as is_elsewhere
    from handed_in
    left join waiting on handed_in.submission_id = waiting.submission_id and handed_in.region_code = waiting.region_code
    where handed_in.is_zero_report or waiting.waiting_count is null or waiting.waiting_count < handed_in.row_count
),
{%- else %}
submissions as (
    select
        *,
        {{ office('reporting_unit') }} as office,
        false as is_elsewhere
    from handed_in
),
{%- endif %}

-- Each office's regions and months once each, before they meet: an office may report hundreds of both.
office_regions as (
    select distinct submissions.origin, submissions.office, ancestors.kpi_region
    from submissions
    inner join ancestors on submissions.region_code = ancestors.descendant_code
),

office_months as (
    select distinct table_name, origin, office, report_month
    from submissions
),

reached as (
    select
        offices.table_name,
        offices.origin,
        office_regions.kpi_region,
        min(offices.first_month) as first_month,
        max(offices.last_month) as last_month
    from (
        select table_name, origin, office, min(report_month) as first_month, max(report_month) as last_month
        from office_months
        group by table_name, origin, office
    ) as offices
    inner join office_regions
        on offices.origin = office_regions.origin and offices.office = office_regions.office
    group by offices.table_name, offices.origin, office_regions.kpi_region
),
{%- endmacro %}

{#- Of the facts that KPIs count, those whose rows wait for a parent. -#}
{% macro waiting_facts(definitions, measures) %}
    {%- set names = [] -%}
    {%- for fact in own_facts() if fact.contract.get('parents') and fact.node.name in measures | map(attribute='fact') | list -%}
        {%- do names.append(fact.node.name) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}

{#- For each region whose year or quarter runs: the same months of the year before, and of the quarter before. -#}
{% macro span_ctes() -%}
running_ends as (
    select origin, kpi_region, last_month as end_month from reached
    union distinct
    select reached.origin, reached.kpi_region, data_ends.data_end
    from reached
    inner join data_ends on reached.origin = data_ends.data_end_origin
),

span_months as (
    select
        origin,
        kpi_region,
        {{ add_months("cast(date_trunc('year', end_month) as date)", -12) }} as first_month,
        {{ add_months('end_month', -12) }} as last_month
    from running_ends
    where extract(month from end_month) < 12
    union distinct
    select
        origin,
        kpi_region,
        {{ add_months("cast(date_trunc('quarter', end_month) as date)", -12) }},
        {{ add_months('end_month', -12) }}
    from running_ends
    where mod(extract(month from end_month), 3) <> 0
    union distinct
    select
        origin,
        kpi_region,
        {{ add_months("cast(date_trunc('quarter', end_month) as date)", -3) }},
        {{ add_months('end_month', -3) }}
    from running_ends
    where mod(extract(month from end_month), 3) <> 0
),

spans as (
    select
        origin as span_origin,
        kpi_region as span_region,
        substring(cast(first_month as {{ text_type() }}), 1, 7) || '..' || substring(cast(last_month as {{ text_type() }}), 1, 7) as kpi_period,
        'span' as kpi_grain,
        first_month as kpi_start,
        last_day(last_month) as kpi_end,
        cast(extract(year from first_month) as integer) as kpi_year
    from span_months
),

-- The last month of each quarter and year that is over, and of each span of a region.
last_months as (
    select
        data_end_origin as last_origin,
        kpi_period,
        substring(cast(kpi_end as {{ text_type() }}), 1, 7) as last_month
    from periods
    inner join data_ends on kpi_end <= last_day(data_end)
    where kpi_grain in ('quarter', 'year')
),

last_months_of_spans as (
    select
        span_origin as last_origin,
        span_region as last_region,
        kpi_period,
        substring(cast(kpi_end as {{ text_type() }}), 1, 7) as last_month
    from spans
),

-- Spans are few: regions have reported up to the same months. One is worked out like any period, and kept where it is the region's own.
all_periods as (
    select kpi_period, kpi_grain, kpi_start, kpi_end, kpi_year from periods
    union all
    select distinct kpi_period, kpi_grain, kpi_start, kpi_end, kpi_year from spans
),

-- The periods a month lies in, each month with each: joined by equality, not by a range.
month_periods as (
    select
        month_start as kpi_period_month,
        period as kpi_period,
        period_grain as kpi_grain,
        period_start as kpi_start,
        period_end as kpi_end
    from {{ ref('bridge_month_period') }}
    union all
    select months.kpi_start, longer.kpi_period, longer.kpi_grain, longer.kpi_start, longer.kpi_end
    from all_periods as longer
    inner join periods as months on months.kpi_start between longer.kpi_start and longer.kpi_end
    where longer.kpi_grain = 'span' and months.kpi_grain = 'month'
),
{%- endmacro %}

{#-
    Who answers for what stands in a register: by 填报单位 of the register, region and period, whether the numerator's table was reported.

    A unit answers for its own rows; where others report what happened with them (the province keeps the register, its cities report), they do.
-#}
{% macro answer_ctes(answers, measures, placements) -%}
{%- for answer in answers %}
{%- set fact, table, covers, unit_column = answer.split('|') %}
{%- set places = [] %}
{%- for measure in measures if measure.answer == answer and placements.index(measure.placement) + 1 not in places %}
{%- do places.append(placements.index(measure.placement) + 1) %}
{%- endfor %}

answered_{{ loop.index }} as (
    with standing as (
        {%- for place in places %}
        {{- '\n        union distinct' if not loop.first }}
        select distinct kpi_origin, kpi_unit, kpi_row_region from placed_{{ place }}
        {%- endfor %}
    ),

    {% if unit_column == 'reporting_unit' -%}
    speaking as (
        select kpi_origin, kpi_unit, kpi_row_region, kpi_unit as speaker from standing
    ),
    {%- else -%}
    speakers as (
        select distinct origin, {{ office(unit_column) }} as unit, region_code, {{ office('reporting_unit') }} as speaker
        from {{ ref(fact) }}
        where not is_orphan
    ),

    speaking as (
        select standing.*, coalesce(speakers.speaker, standing.kpi_unit) as speaker
        from standing
        left join speakers
            on standing.kpi_origin = speakers.origin
            and standing.kpi_unit = speakers.unit
            and standing.kpi_row_region = speakers.region_code
    ),
    {%- endif %}

    months as (
        select
            office_months.origin as data_end_origin,
            office_months.origin,
            office_months.office,
            {{ 'min(office_months.report_month)' if covers == 'stock' else 'office_months.report_month' }} as report_month
        from office_months
        where office_months.table_name = '{{ table }}'
        {%- if covers == 'stock' %}
        group by office_months.origin, office_months.office
        {%- endif %}
    ),

    -- Offices are fewer than the places they speak for, so they meet the periods first.
    told as (
        select distinct months.origin, months.office, placed.kpi_period
        from months
        inner join data_ends on months.origin = data_ends.data_end_origin
        inner join all_periods as placed on {{ month_in_period(covers) }}
    )

    select distinct
        speaking.kpi_origin as answer_origin,
        speaking.kpi_unit as answer_unit,
        speaking.kpi_row_region as answer_region,
        told.kpi_period as answer_period
    from speaking
    inner join told on speaking.kpi_origin = told.origin and speaking.speaker = told.office
),
{%- endfor %}
{%- endmacro %}

{#- An office by its province and name: a 市总工会 of one province is not that of another. -#}
{% macro office(unit_column, province_column='province_code') -%}
    concat_ws('/', {{ province_column }}, {{ unit_column }})
{%- endmacro %}

{% macro coverage_ctes(families) -%}
province_bits as (
    select substring(region_code, 1, 2) as province_code, max(province_bit) as province_bit
    from {{ ref('bridge_region_ancestor') }}
    group by substring(region_code, 1, 2)
),

reported as (
    select distinct
        submissions.table_name,
        submissions.origin,
        ancestors.kpi_region,
        submissions.report_month,
        province_bits.province_bit,
        submissions.is_zero_report
    from submissions
    inner join ancestors on submissions.region_code = ancestors.descendant_code
    left join province_bits on submissions.province_code = province_bits.province_code
    where not submissions.is_elsewhere
),

first_reported as (
    select table_name, origin, kpi_region, province_bit, min(report_month) as report_month
    from reported
    group by table_name, origin, kpi_region, province_bit
),
{%- set names = [] %}
{%- for family in families if family.table and (family.table, family.covers) not in names %}
{%- do names.append((family.table, family.covers)) %}

covered_{{ family.table }}_{{ family.covers }} as ({{ covered_rows(family.table, family.covers) }}
),
{%- endfor %}
{%- endmacro %}

{% macro covered_rows(table, covers) %}
    {%- set has_spans = covers != 'year' %}
    {%- if has_spans %}
    select levels.* except (kpi_grain)
    from (
    {%- endif %}
    select
        months.origin, months.kpi_region, placed.kpi_period,
        {%- if has_spans %}
        placed.kpi_grain,
        {%- endif %}
        1 as is_covered,
        max(last_day({{ 'data_ends.data_end' if covers == 'stock' else 'months.report_month' }})) as covered_to,
        bit_or(months.province_bit) as covered_provinces
    from {{ 'first_reported' if covers == 'stock' else 'reported' }} as months
    inner join data_ends on months.origin = data_ends.data_end_origin
    {%- if covers in ('period', 'year') %}
    inner join month_periods as placed on months.report_month = placed.kpi_period_month
    {%- else %}
    inner join all_periods as placed on {{ month_in_period(covers) }}
    {%- endif %}
    where months.table_name = '{{ table }}'
    {%- if covers == 'year' %}
        and months.is_zero_report and placed.kpi_grain in ('year', 'all')
    {%- endif %}
    group by months.origin, months.kpi_region, placed.kpi_period{{ ', placed.kpi_grain' if has_spans }}
    {%- if has_spans %}
    ) as levels
    left join spans on levels.origin = span_origin and levels.kpi_region = span_region and levels.kpi_period = spans.kpi_period
    where levels.kpi_grain <> 'span' or span_region is not null
    {%- endif %}
{%- endmacro %}

{#- The condition under which a month's report covers a period. -#}
{% macro month_in_period(covers) -%}
    {%- if covers in ('period', 'year') -%}
    months.report_month between placed.kpi_start and placed.kpi_end
    {%- else -%}
    months.report_month <= placed.kpi_end and placed.kpi_start <= data_ends.data_end
        {%- if covers == 'year_to_date' %}
        and extract(year from months.report_month) = placed.kpi_year
        {%- endif %}
    {%- endif %}
{%- endmacro %}
