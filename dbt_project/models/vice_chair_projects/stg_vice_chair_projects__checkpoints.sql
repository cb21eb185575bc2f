{{ landed('vice_chair_projects', 'checkpoint') }}
