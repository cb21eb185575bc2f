with landed as (
    {{ landed('dispute_mediation', 'case') }}
)

select * from landed
