with landed as (
    {{ landed('culture_block', 'block') }}
)

select * from landed
