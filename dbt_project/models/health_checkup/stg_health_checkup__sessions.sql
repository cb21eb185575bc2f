{{ landed('health_checkup', 'session') }}
