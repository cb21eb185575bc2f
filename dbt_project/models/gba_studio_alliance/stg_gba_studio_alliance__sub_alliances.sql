with landed as (
    {{ landed('gba_studio_alliance', 'sub_alliance') }}
)

select * from landed
