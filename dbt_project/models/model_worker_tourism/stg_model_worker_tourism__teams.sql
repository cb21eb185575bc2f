{{ landed('model_worker_tourism', 'team') }}
