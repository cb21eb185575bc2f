with chairs as (
    {{ latest_state(ref('stg_vice_chair_projects__vice_chairs'), ['chair_ref']) }}
),

-- The day by which an office first said that a vice-chair is no longer in office.
departures as (
    select
        origin,
        chair_ref,
        min(data_to_date) as reported_left_on
    from {{ ref('stg_vice_chair_projects__vice_chairs') }}
    where appoint_status <> '在任'
    group by origin, chair_ref
),

judged as (
    select
        chairs.*,
        false as is_orphan,
        -- The last day of a term is still a day in office.
        case
            when chairs.appoint_status = '在任' then {{ add_days('chairs.term_end', 1) }}
            else least(
                coalesce({{ add_days('chairs.term_end', 1) }}, departures.reported_left_on),
                departures.reported_left_on
            )
        end as left_on
    from chairs
    left join departures
        on chairs.origin = departures.origin and chairs.chair_ref = departures.chair_ref
)

select * from judged
