{% macro kpi_values_of__women_innovation_studios() %}{{ return(ref('mart_women_innovation_studios_kpi_values')) }}{% endmacro %}
{% macro kpi_facts_of__women_innovation_studios() %}{{ return([
    ref('fct_women_innovation_studios_results'),
    ref('fct_women_innovation_studios_reviews'),
    ref('fct_women_innovation_studios_studios'),
    ref('fct_women_innovation_studios_workforces'),
]) }}{% endmacro %}

{{ config(materialized='view') }}
{{ kpi_values_of_facts('women_innovation_studios', [
    ref('mart_women_innovation_studios_studios_kpi_values'),
    ref('mart_women_innovation_studios_reviews_kpi_values'),
    ref('mart_women_innovation_studios_results_kpi_values'),
    ref('mart_women_innovation_studios_workforces_kpi_values'),
]) }}
