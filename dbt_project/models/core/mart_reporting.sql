with calendar as (
    select
        programme,
        table_name,
        first_period,
        coalesce(last_period, '9999-12') as last_period,
        grace_days,
        coalesce(due_regions, '') as due_regions,
        case frequency when 'monthly' then 1 when 'quarterly' then 3 else 12 end as months_each
    from {{ ref('reporting_calendar') }}
),

-- The contracts know what a table is called; each has its facts.
table_names as (
    select
        cast(null as {{ text_type() }}) as programme,
        cast(null as {{ text_type() }}) as table_name,
        cast(null as {{ text_type() }}) as table_name_zh
    {%- for node in fact_nodes() if node.config.meta.get('table') %}
    {%- set table = graph.sources['source.' ~ node.package_name ~ '.' ~ node.config.meta.programme ~ '.' ~ node.config.meta.table] %}
    union
    select {{ text(table.source_name) }}, {{ text(table.name) }}, {{ text(table.config.meta.name_zh) }}
    {%- endfor %}
),

-- A period is due once it is over.
months as (
    select period, period_start, period_end
    from {{ ref('dim_period') }}
    where period_grain = 'month' and period_end < {{ today() }}
),

due_periods as (
    select
        calendar.programme,
        calendar.table_name,
        calendar.due_regions,
        months.period as report_period,
        {{ add_months('months.period_start', '1 - calendar.months_each') }} as first_month,
        months.period_start as last_month,
        {{ add_days('months.period_end', 'calendar.grace_days') }} as due_date
    from calendar
    inner join months
        on months.period between calendar.first_period and calendar.last_period
        and mod({{ months_between("cast(calendar.first_period || '-01' as date)", 'months.period_start') }}, calendar.months_each) = 0
),

-- A calendar that has ended is judged on the day after its last due date, so that a delay does not grow for ever.
judged as (
    select case
        when max(case when last_period = '9999-12' then 1 else 0 end) = 1 then {{ today() }}
        else least({{ today() }}, {{ add_days('(select max(due_date) from due_periods)', 1) }})
    end as judged_on
    from calendar
),

-- Due from the 31 of the mainland unless the calendar names others; what the nation's alliance owes stands under 00.
due_provinces as (
    select province_code, is_mainland, '|' || province_code || '|' as mark
    from {{ ref('dim_region') }}
    where region_level = 'province'
    union all
    select '00', false, '|000000|'
),

submissions as (
    select
        submissions.programme,
        submissions.table_name,
        submissions.origin,
        submissions.reporting_unit,
        submissions.row_count,
        submissions.is_zero_report,
        submissions.is_current,
        submissions.report_id,
        case when calendar.due_regions = '000000' then '00' else submissions.province_code end as province_code,
        cast(submissions.report_period || '-01' as date) as report_month
    from {{ source('intake', 'submissions') }} as submissions
    inner join calendar on submissions.programme = calendar.programme and submissions.table_name = calendar.table_name
),

-- A programme of which nobody has reported anything is waited for like any other.
origins as (
    select distinct programme, origin from submissions
    union all
    select distinct programme, 'submitted' from calendar
    where programme not in (select programme from submissions)
),

due as (
    select
        due_periods.*,
        due_provinces.province_code,
        origins.origin
    from due_periods
    inner join due_provinces
        on (due_periods.due_regions = '' and due_provinces.is_mainland)
        or '|' || due_periods.due_regions || '|' like '%' || due_provinces.mark || '%'
    inner join origins on due_periods.programme = origins.programme
),

sightings as (
    select report_id, min(first_seen_at) as first_seen_at
    from {{ ref('dim_file') }}
    group by report_id
),

-- A correction that comes later does not make the first report late, so replaced submissions say when it came.
received as (
    select
        due.programme,
        due.table_name,
        due.origin,
        due.province_code,
        due.report_period,
        min(sightings.first_seen_at) as received_at,
        sum(submissions.row_count) filter (where submissions.is_current) as row_count,
        count(distinct submissions.reporting_unit) filter (where submissions.is_current) as reporting_units,
        min(case when submissions.is_zero_report then 1 else 0 end) filter (where submissions.is_current) as zero_reports_only
    from due
    inner join submissions
        on due.programme = submissions.programme
        and due.table_name = submissions.table_name
        and due.origin = submissions.origin
        and due.province_code = submissions.province_code
        and submissions.report_month between due.first_month and due.last_month
    left join sightings on submissions.report_id = sightings.report_id
    group by due.programme, due.table_name, due.origin, due.province_code, due.report_period
),

reporting as (
    select
        due.programme,
        due.table_name,
        coalesce(table_names.table_name_zh, due.table_name) as table_name_zh,
        due.province_code,
        due.report_period,
        due.origin,
        due.due_date,
        judged.judged_on,
        received.programme is not null as is_received,
        received.received_at,
        -- When demonstration records came says nothing. First sight is in UTC, the calendar is China's.
        case
            when received.programme is null then due.due_date < judged.judged_on
            when due.origin = 'demonstration' then false
            else coalesce(cast(received.received_at + interval '8' hour as date) > due.due_date, false)
        end as is_late,
        coalesce(received.zero_reports_only = 1, false) as is_zero_report,
        cast(coalesce(received.row_count, 0) as bigint) as row_count,
        cast(coalesce(received.reporting_units, 0) as integer) as reporting_units
    from due
    cross join judged
    left join received
        on due.programme = received.programme
        and due.table_name = received.table_name
        and due.origin = received.origin
        and due.province_code = received.province_code
        and due.report_period = received.report_period
    left join table_names on due.programme = table_names.programme and due.table_name = table_names.table_name
)

select * from reporting
