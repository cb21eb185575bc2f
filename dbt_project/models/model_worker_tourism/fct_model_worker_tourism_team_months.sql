-- A team is active where it is registered, wherever it serves.
with shifts as (
    select
        *,
        {{ month_of('service_date') }} as service_month
    from {{ ref('fct_model_worker_tourism_shifts') }}
    where not is_orphan
),

teams as (
    select origin, team_id, team_name, team_level, province_code, region_code, on_register_from, disbanded_on
    from {{ ref('fct_model_worker_tourism_teams') }}
),

served as (
    select
        origin,
        team_id,
        service_month,
        count(*) as shift_count,
        sum(volunteers) as volunteers,
        sum(volunteer_hours) as volunteer_hours,
        sum(visitors_served) as visitors_served
    from shifts
    group by origin, team_id, service_month
),

-- File and line of the month's last service stand for the month.
last_shifts as (
    select origin, team_id, service_month, reporting_unit, report_period, report_id, file_name, row_number, data_to_date
    from shifts
    qualify row_number() over (
        partition by origin, team_id, service_month
        order by service_date desc, shift_id desc
    ) = 1
),

team_months as (
    select
        served.*,
        teams.team_name,
        teams.team_level,
        teams.province_code,
        teams.region_code,
        teams.on_register_from,
        teams.disbanded_on,
        last_shifts.reporting_unit,
        last_shifts.report_period,
        last_shifts.report_id,
        last_shifts.file_name,
        last_shifts.row_number,
        last_shifts.data_to_date,
        false as is_orphan
    from served
    inner join teams on served.origin = teams.origin and served.team_id = teams.team_id
    inner join last_shifts
        on served.origin = last_shifts.origin
        and served.team_id = last_shifts.team_id
        and served.service_month = last_shifts.service_month
)

select * from team_months
