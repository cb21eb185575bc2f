with landed as (
    {{ landed('dispute_mediation', 'centre') }}
)

select * from landed
