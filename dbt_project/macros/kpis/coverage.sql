{#-
    Where and when something was reported, for each KPI: an office that has reported and has nothing to count has reported zero.

    A flow is covered in the periods of its 统计期, a stock and a running sum from the first report on. What has only a year of its own
    (reviews, results) is covered by an explicit zero report alone, because its 统计期 is not the year it is about.

    Where something stands that could have happened (`standing`: ratios whose denominator is placed by itself, such as teams on the register or cases
    open), an office that reported the table answers for all regions it reports about: nothing from one of them is 0 of so many.
-#}
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
{%- set names = [] %}
{%- for family in families if family.is_answered and (family.table, family.covers) not in names %}
{%- if not names %}

-- Each office's regions and months once each, before they meet: an office may report hundreds of both.
office_regions as (
    select distinct submissions.origin, submissions.reporting_unit, ancestors.kpi_region
    from submissions
    inner join ancestors on submissions.region_code = ancestors.descendant_code
),

office_months as (
    select distinct table_name, origin, reporting_unit, report_month
    from submissions
),

answered_months as (
    select distinct
        office_months.table_name,
        office_months.origin,
        office_regions.kpi_region,
        office_months.report_month
    from office_months
    inner join office_regions
        on office_months.origin = office_regions.origin and office_months.reporting_unit = office_regions.reporting_unit
),
{%- endif %}
{%- do names.append((family.table, family.covers)) %}

answered_{{ family.table }}_{{ family.covers }} as (
    select
        months.origin, months.kpi_region, placed.kpi_period,
        1 as is_answered,
        max(last_day(months.report_month)) as answered_to
    from answered_months as months
    {{- in_periods(family.covers) }}
    where months.table_name = '{{ family.table }}'
    group by months.origin, months.kpi_region, placed.kpi_period
),
{%- endfor %}
{%- endmacro %}

{% macro covered_rows(table, covers) %}
    select
        months.origin, months.kpi_region, placed.kpi_period,
        1 as is_covered,
        max(last_day({{ 'data_ends.data_end' if covers == 'stock' else 'months.report_month' }})) as covered_to,
        bit_or(months.province_bit) as covered_provinces
    from {{ 'first_reported' if covers == 'stock' else 'reported' }} as months
    {{- in_periods(covers) }}
    where months.table_name = '{{ table }}'
    {%- if covers == 'year' %}
        and months.is_zero_report and placed.kpi_grain in ('year', 'all')
    {%- endif %}
    group by months.origin, months.kpi_region, placed.kpi_period
{%- endmacro %}

{#- The periods that a month's report covers. -#}
{% macro in_periods(covers) %}
    {%- if covers in ('period', 'year') %}
    inner join month_periods as placed on months.report_month = placed.kpi_period_month
    {%- else %}
    inner join data_ends on months.origin = data_ends.data_end_origin
    inner join periods as placed
        on months.report_month <= placed.kpi_end and placed.kpi_start <= data_ends.data_end
        {%- if covers == 'year_to_date' %}
        and extract(year from months.report_month) = placed.kpi_year
        {%- endif %}
    {%- endif %}
{%- endmacro %}
