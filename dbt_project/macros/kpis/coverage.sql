{#-
    Where and when something was reported, for each KPI: an office that has reported and has nothing to count has reported zero.

    A flow is covered in the periods of its 统计期, a stock and a running sum from the first report on. What has only a year of its own
    (reviews, results) is covered by an explicit zero report alone, because its 统计期 is not the year it is about.

    Where something stands that could have happened (`standing`: ratios whose denominator is placed by itself, such as teams on the register or cases
    open), an office that reported the table answers for all regions it reports about: nothing from one of them is 0 of so many.
-#}
{% macro coverage_ctes(standing=[]) -%}
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

covered_periods as (
    select
        'period' as covers, reported.table_name, reported.origin, reported.kpi_region, month_periods.kpi_period,
        max(last_day(reported.report_month)) as data_to_date,
        bit_or(reported.province_bit) as provinces
    from reported
    inner join month_periods on reported.report_month = month_periods.kpi_period_month
    group by reported.table_name, reported.origin, reported.kpi_region, month_periods.kpi_period
    union all
    select
        'year' as covers, reported.table_name, reported.origin, reported.kpi_region, month_periods.kpi_period,
        max(last_day(reported.report_month)) as data_to_date,
        bit_or(reported.province_bit) as provinces
    from reported
    inner join month_periods on reported.report_month = month_periods.kpi_period_month
    where reported.is_zero_report and month_periods.kpi_grain in ('year', 'all')
    group by reported.table_name, reported.origin, reported.kpi_region, month_periods.kpi_period
    union all
    select
        'stock', first_reported.table_name, first_reported.origin, first_reported.kpi_region, periods.kpi_period,
        max(last_day(data_ends.data_end)),
        bit_or(first_reported.province_bit)
    from first_reported
    inner join data_ends on first_reported.origin = data_ends.data_end_origin
    inner join periods
        on first_reported.report_month <= periods.kpi_end and periods.kpi_start <= data_ends.data_end
    group by first_reported.table_name, first_reported.origin, first_reported.kpi_region, periods.kpi_period
    union all
    select
        'year_to_date', reported.table_name, reported.origin, reported.kpi_region, periods.kpi_period,
        max(last_day(reported.report_month)),
        bit_or(reported.province_bit)
    from reported
    inner join data_ends on reported.origin = data_ends.data_end_origin
    inner join periods
        on reported.report_month <= periods.kpi_end and periods.kpi_start <= data_ends.data_end
        and extract(year from reported.report_month) = periods.kpi_year
    group by reported.table_name, reported.origin, reported.kpi_region, periods.kpi_period
),

coverage as (
    select
        definitions.kpi,
        covered_periods.origin,
        covered_periods.kpi_region,
        covered_periods.kpi_period,
        covered_periods.data_to_date,
        covered_periods.provinces
    from covered_periods
    inner join definitions
        on covered_periods.table_name = definitions.table_name
        and covered_periods.covers = case
            when definitions.grain = 'year' then 'year'
            when definitions.basis = 'cumulative' then 'stock'
            else definitions.basis
        end
),
{%- if standing %}

-- Each office's regions and months once each, before they meet: an office may report hundreds of both.
office_regions as (
    select distinct submissions.origin, submissions.reporting_unit, ancestors.kpi_region
    from submissions
    inner join ancestors on submissions.region_code = ancestors.descendant_code
),

office_months as (
    select distinct definitions.kpi, definitions.basis, submissions.origin, submissions.reporting_unit, submissions.report_month
    from submissions
    inner join definitions
        on submissions.table_name = definitions.table_name and definitions.kpi in ('{{ standing | join("', '") }}')
),

answered_months as (
    select distinct
        office_months.kpi,
        office_months.basis,
        office_months.origin,
        office_regions.kpi_region,
        office_months.report_month
    from office_months
    inner join office_regions
        on office_months.origin = office_regions.origin and office_months.reporting_unit = office_regions.reporting_unit
),

answered as (
    select
        answered_months.kpi, answered_months.origin, answered_months.kpi_region, month_periods.kpi_period,
        max(last_day(answered_months.report_month)) as data_to_date
    from answered_months
    inner join month_periods on answered_months.report_month = month_periods.kpi_period_month
    where answered_months.basis = 'period'
    group by answered_months.kpi, answered_months.origin, answered_months.kpi_region, month_periods.kpi_period
    union all
    select
        answered_months.kpi, answered_months.origin, answered_months.kpi_region, periods.kpi_period,
        max(last_day(answered_months.report_month)) as data_to_date
    from answered_months
    inner join data_ends on answered_months.origin = data_ends.data_end_origin
    inner join periods
        on answered_months.report_month <= periods.kpi_end
        and extract(year from answered_months.report_month) = periods.kpi_year
        and periods.kpi_start <= data_ends.data_end
    where answered_months.basis = 'year_to_date'
    group by answered_months.kpi, answered_months.origin, answered_months.kpi_region, periods.kpi_period
),
{%- endif %}
{%- endmacro %}
