{{ landed('vice_chair_projects', 'vice_chair') }}
