with landed as (
    {{ landed('innovation_expo', 'benefit') }}
)

select * from landed
