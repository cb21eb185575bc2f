with landed as (
    {{ landed('work_stoppages', 'stoppage') }}
)

select * from landed
