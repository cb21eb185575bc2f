{{ narrow_by_record(ref('stg_skills_to_community__events'), ['event_id']) }}
with events as (
    {{ latest_state(ref('stg_skills_to_community__events'), ['event_id'], 'event_key', date='event_date') }}
),

judged as (
    select
        * except (inexact),
        false as is_orphan,
        -- Communities of one name stand in many districts.
        region_code || ' ' || community as community_key,
        teachers + students as helpers,
        satisfaction_n is not null and satisfied_n is not null as is_surveyed,
        -- What is inexact in teachers or students is so in their sum.
        inexact || ';' || replace(replace(inexact, 'teachers', 'helpers'), 'students', 'helpers') as inexact
    from events
)

select * from judged
