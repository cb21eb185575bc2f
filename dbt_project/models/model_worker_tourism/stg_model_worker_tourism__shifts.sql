{{ landed('model_worker_tourism', 'shift') }}
