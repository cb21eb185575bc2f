with landed as (
    {{ landed('innovation_expo', 'hall') }}
)

select * from landed
