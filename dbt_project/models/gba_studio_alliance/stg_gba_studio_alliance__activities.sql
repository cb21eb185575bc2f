with landed as (
    {{ landed('gba_studio_alliance', 'activity') }}
)

select * from landed
