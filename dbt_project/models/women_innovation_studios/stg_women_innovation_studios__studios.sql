with landed as (
    {{ landed('women_innovation_studios', 'studio') }}
)

select * from landed
