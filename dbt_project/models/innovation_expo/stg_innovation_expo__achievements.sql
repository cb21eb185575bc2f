with landed as (
    {{ landed('innovation_expo', 'achievement') }}
)

select * from landed
