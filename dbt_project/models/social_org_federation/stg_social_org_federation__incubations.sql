{{ landed('social_org_federation', 'incubation') }}
