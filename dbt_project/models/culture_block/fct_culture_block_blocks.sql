{{ narrow_by_record(ref('stg_culture_block__blocks'), ['block_id']) }}
with blocks as (
    {{ register_states(ref('stg_culture_block__blocks'), ['block_id'], 'block_key') }}
),

judged as (
    select
        *,
        false as is_orphan
    from blocks
)

select * from judged
