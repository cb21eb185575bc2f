with landed as (
    {{ landed('$programme', '$table') }}
)

select * from landed
