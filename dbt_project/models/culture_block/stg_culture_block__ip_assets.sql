with landed as (
    {{ landed('culture_block', 'ip_asset') }}
)

select * from landed
