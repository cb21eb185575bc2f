{{ narrow_by_record(ref('stg_culture_block__activities'), ['activity_id']) }}
with reported as (
    {{ latest_state(ref('stg_culture_block__activities'), ['activity_id'], 'activity_key', date='activity_date') }}
),

activities as (
    {{ under_parent(
        'reported', ref('fct_culture_block_blocks'), ['block_id'], 'block_key', month_of('children.activity_date')
    ) }}
),

judged as (
    select
        *,
        workers is not null as has_workers,
        activity_type = '打卡' and completed_checkins is not null as is_counted_checkin
    from activities
)

select * from judged
