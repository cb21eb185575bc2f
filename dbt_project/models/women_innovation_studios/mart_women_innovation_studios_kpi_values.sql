{% macro kpi_values_of__women_innovation_studios() %}{{ return(ref('mart_women_innovation_studios_kpi_values')) }}{% endmacro %}

-- depends_on: {{ ref('fct_women_innovation_studios_studios') }}
-- depends_on: {{ ref('fct_women_innovation_studios_reviews') }}
-- depends_on: {{ ref('fct_women_innovation_studios_results') }}
-- depends_on: {{ ref('fct_women_innovation_studios_workforces') }}
{{ kpi_values('women_innovation_studios') }}
