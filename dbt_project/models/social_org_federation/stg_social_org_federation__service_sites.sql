{{ landed('social_org_federation', 'service_site') }}
