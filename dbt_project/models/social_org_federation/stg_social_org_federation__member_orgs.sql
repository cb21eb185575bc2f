{{ landed('social_org_federation', 'member_org') }}
