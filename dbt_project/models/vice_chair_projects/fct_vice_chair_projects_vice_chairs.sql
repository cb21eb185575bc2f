{{ narrow_by_record(ref('stg_vice_chair_projects__vice_chairs'), ['chair_ref']) }}
with chairs as (
    {{ register_states(ref('stg_vice_chair_projects__vice_chairs'), ['chair_ref'], 'chair_key') }}
),

-- The day by which an office first said that a vice-chair is no longer in office.
departures as (
    select
        chair_key,
        min(data_to_date) as reported_left_on
    from chairs
    where appoint_status <> '在任'
    group by chair_key
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
    left join departures on chairs.chair_key = departures.chair_key
)

select * from judged
