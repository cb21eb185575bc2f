with landed as (
    {{ landed('gba_studio_alliance', 'membership') }}
)

select * from landed
