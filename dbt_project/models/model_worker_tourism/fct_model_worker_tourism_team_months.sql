-- A team is active where it is registered, wherever it serves; each month stands beside every state of its team.
with shifts as (
    select
        *,
        {{ month_of('service_date') }} as service_month
    from {{ ref('fct_model_worker_tourism_shifts') }}
    where not is_orphan
),

teams as (
    select
        team_key, team_id, team_name, team_level, province_code, region_code, on_register_from, disbanded_on,
        reporting_unit as parent_unit, valid_from, valid_to, is_first_state
    from {{ ref('fct_model_worker_tourism_teams') }}
),

served as (
    select
        team_key,
        service_month,
        count(*) as shift_count,
        sum(volunteers) as volunteers,
        sum(volunteer_hours) as volunteer_hours,
        sum(visitors_served) as visitors_served
    from shifts
    group by team_key, service_month
),

-- File and line of the month's last service stand for the month.
last_shifts as (
    select
        team_key, service_month, origin, reporting_unit, report_period, submission_id, report_id, file_name, row_number, data_to_date
    from shifts
    qualify row_number() over (
        partition by team_key, service_month
        order by service_date desc, shift_id desc
    ) = 1
),

team_months as (
    select
        last_shifts.origin,
        served.*,
        teams.* except (team_key),
        last_shifts.* except (origin, team_key, service_month),
        false as is_orphan
    from served
    inner join teams on served.team_key = teams.team_key
    inner join last_shifts
        on served.team_key = last_shifts.team_key
        and served.service_month = last_shifts.service_month
)

select * from team_months
