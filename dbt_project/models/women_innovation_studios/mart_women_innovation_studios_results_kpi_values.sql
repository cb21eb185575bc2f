-- depends_on: {{ ref('fct_women_innovation_studios_results') }}
{{ kpi_values('women_innovation_studios', fact='fct_women_innovation_studios_results') }}
