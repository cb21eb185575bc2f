with sessions as (
    {{ latest_state(ref('stg_health_checkup__sessions'), ['session_id']) }}
),

centres as (
    select distinct origin, centre_id from {{ ref('stg_health_checkup__centres') }}
),

judged as (
    select
        sessions.*,
        centres.centre_id is null as is_orphan,
        -- The plan speaks of migrant workers and workers in new forms of employment; other outdoor workers are welcome but not in it.
        sessions.worker_group <> '环卫等户外' as is_target_group,
        sessions.abnormal_persons is not null and sessions.followup_persons is not null
            and {{ days_between('sessions.session_date', today()) }} >= 30 as is_followup_due
    from sessions
    left join centres on sessions.origin = centres.origin and sessions.centre_id = centres.centre_id
)

select * from judged
