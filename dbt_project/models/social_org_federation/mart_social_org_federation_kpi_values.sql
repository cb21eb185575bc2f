{% macro kpi_values_of__social_org_federation() %}{{ return(ref('mart_social_org_federation_kpi_values')) }}{% endmacro %}

-- depends_on: {{ ref('fct_social_org_federation_federations') }}
-- depends_on: {{ ref('fct_social_org_federation_member_orgs') }}
-- depends_on: {{ ref('fct_social_org_federation_incubations') }}
-- depends_on: {{ ref('fct_social_org_federation_incubated_orgs') }}
-- depends_on: {{ ref('fct_social_org_federation_service_sites') }}
{{ kpi_values('social_org_federation') }}
