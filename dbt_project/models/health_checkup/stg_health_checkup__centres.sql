{{ landed('health_checkup', 'centre') }}
