with stoppages as (
    {{ latest_state(ref('stg_work_stoppages__stoppages'), ['stoppage_id'], 'stoppage_key') }}
),

judged as (
    select
        *,
        -- No other table says whether a stoppage is known.
        false as is_orphan,
        ended_on is not null as is_over,
        {{ days_between('began_on', 'ended_on') }} + 1 as duration_days,
        {{ add_days('ended_on', 1) }} as over_from
    from stoppages
)

select * from judged
