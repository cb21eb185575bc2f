with landed as (
    {{ landed('model_worker_tourism', 'team') }}
)

select * from landed
