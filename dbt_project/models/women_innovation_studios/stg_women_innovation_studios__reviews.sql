with landed as (
    {{ landed('women_innovation_studios', 'review') }}
)

select * from landed
