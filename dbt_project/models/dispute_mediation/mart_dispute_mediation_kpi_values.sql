{% macro kpi_values_of__dispute_mediation() %}{{ return(ref('mart_dispute_mediation_kpi_values')) }}{% endmacro %}

-- depends_on: {{ ref('fct_dispute_mediation_centres') }}
-- depends_on: {{ ref('fct_dispute_mediation_cases') }}
{{ kpi_values('dispute_mediation') }}
