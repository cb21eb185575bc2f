{% macro kpi_values_of__social_org_federation() %}{{ return(ref('mart_social_org_federation_kpi_values')) }}{% endmacro %}
{% macro kpi_facts_of__social_org_federation() %}{{ return([
    ref('fct_social_org_federation_federations'),
    ref('fct_social_org_federation_member_orgs'),
    ref('fct_social_org_federation_incubations'),
    ref('fct_social_org_federation_incubated_orgs'),
    ref('fct_social_org_federation_service_sites'),
]) }}{% endmacro %}

-- depends_on: {{ kpi_facts_of__social_org_federation() }}
{{ kpi_values('social_org_federation') }}
