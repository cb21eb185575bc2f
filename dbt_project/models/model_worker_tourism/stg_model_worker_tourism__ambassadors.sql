with landed as (
    {{ landed('model_worker_tourism', 'ambassador') }}
)

select * from landed
