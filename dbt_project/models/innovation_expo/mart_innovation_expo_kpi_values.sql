{% macro kpi_values_of__innovation_expo() %}{{ return(ref('mart_innovation_expo_kpi_values')) }}{% endmacro %}

-- depends_on: {{ ref('fct_innovation_expo_achievements') }}
-- depends_on: {{ ref('fct_innovation_expo_benefits') }}
-- depends_on: {{ ref('fct_innovation_expo_halls') }}
{{ kpi_values('innovation_expo') }}
