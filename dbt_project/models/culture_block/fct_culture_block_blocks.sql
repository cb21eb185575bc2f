with blocks as (
    {{ latest_state(ref('stg_culture_block__blocks'), ['block_id']) }}
),

judged as (
    select
        *,
        false as is_orphan
    from blocks
)

select * from judged
