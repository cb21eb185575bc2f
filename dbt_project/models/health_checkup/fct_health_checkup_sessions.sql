{{ narrow_by_record(ref('stg_health_checkup__sessions'), ['session_id']) }}
with reported as (
    {{ latest_state(ref('stg_health_checkup__sessions'), ['session_id'], 'session_key', date='session_date') }}
),

found as (
    {{ parent_records('reported', ref('fct_health_checkup_centres'), ['centre_id'], 'centre_key') }}
),

-- Only what is asked for: a centre and a month in which it had a session.
asked as (
    select distinct found.centre_key, {{ month_of('reported.session_date') }} as month_start
    from reported
    inner join found
        on reported.origin = found.origin
        and reported.unit_region_code = found.unit_region_code
        and reported.region_code = found.region_code
        and reported.centre_id = found.centre_id
),

-- A centre has one row a year. For each month one of them says where it stands: that of the year, else of the nearest.
centre_months as (
    select centres.*, asked.month_start
    from asked
    inner join {{ ref('fct_health_checkup_centres') }} as centres
        on asked.centre_key = centres.centre_key and {{ state_at('centres', 'asked.month_start') }}
    qualify row_number() over (
        partition by centres.centre_key, asked.month_start
        order by abs(centres.target_year - extract(year from asked.month_start)) asc, centres.target_year desc
    ) = 1
),

sessions as (
    select
        reported.* except (province_code, region_code),
        coalesce(centres.province_code, reported.province_code) as province_code,
        coalesce(centres.region_code, reported.region_code) as region_code,
        found.centre_key,
        coalesce(centres.reporting_unit, reported.reporting_unit) as parent_unit,
        found.centre_key is null as is_orphan
    from reported
    left join found
        on reported.origin = found.origin
        and reported.unit_region_code = found.unit_region_code
        and reported.region_code = found.region_code
        and reported.centre_id = found.centre_id
    left join centre_months as centres
        on found.centre_key = centres.centre_key
        and {{ month_of('reported.session_date') }} = centres.month_start
),

judged as (
    select
        *,
        -- The plan speaks of migrant workers and workers in new forms of employment; other outdoor workers are welcome but not in it.
        worker_group <> '环卫等户外' as is_target_group,
        abnormal_persons is not null and followup_persons is not null
        and {{ days_between('session_date', today()) }} >= 30 as is_followup_due
    from sessions
)

select * from judged
