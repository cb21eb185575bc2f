{{ landed('model_worker_tourism', 'ambassador') }}
