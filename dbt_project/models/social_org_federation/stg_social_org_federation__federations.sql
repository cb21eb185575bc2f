{{ landed('social_org_federation', 'federation') }}
