with activities as (
    {{ latest_state(ref('stg_culture_block__activities'), ['activity_id']) }}
),

blocks as (
    select distinct origin, block_id from {{ ref('stg_culture_block__blocks') }}
),

judged as (
    select
        activities.*,
        blocks.block_id is null as is_orphan,
        activities.workers is not null as has_workers,
        activities.activity_type = '打卡' and activities.completed_checkins is not null as is_counted_checkin
    from activities
    left join blocks on activities.origin = blocks.origin and activities.block_id = blocks.block_id
)

select * from judged
