{{ landed('work_stoppages', 'stoppage') }}
