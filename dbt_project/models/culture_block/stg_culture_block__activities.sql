with landed as (
    {{ landed('culture_block', 'activity') }}
)

select * from landed
