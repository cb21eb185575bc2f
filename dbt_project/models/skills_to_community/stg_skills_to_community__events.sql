{{ landed('skills_to_community', 'event') }}
