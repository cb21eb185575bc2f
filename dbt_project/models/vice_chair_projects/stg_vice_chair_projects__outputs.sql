{{ landed('vice_chair_projects', 'output') }}
