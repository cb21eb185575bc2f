with landed as (
    {{ landed('model_worker_tourism', 'shift') }}
)

select * from landed
