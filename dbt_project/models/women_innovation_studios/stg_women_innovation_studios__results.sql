with landed as (
    {{ landed('women_innovation_studios', 'result') }}
)

select * from landed
