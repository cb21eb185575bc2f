with landed as (
    {{ landed('women_innovation_studios', 'workforce') }}
)

select * from landed
