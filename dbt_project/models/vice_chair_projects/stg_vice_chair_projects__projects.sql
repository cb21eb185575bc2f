{{ landed('vice_chair_projects', 'project') }}
