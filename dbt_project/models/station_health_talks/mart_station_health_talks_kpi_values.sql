{% macro kpi_values_of__station_health_talks() %}{{ return(ref('mart_station_health_talks_kpi_values')) }}{% endmacro %}
{% macro kpi_facts_of__station_health_talks() %}{{ return([
    ref('fct_station_health_talks_stations'),
    ref('fct_station_health_talks_talks'),
    ref('fct_station_health_talks_station_visits'),
    ref('fct_station_health_talks_assessments'),
]) }}{% endmacro %}

-- depends_on: {{ kpi_facts_of__station_health_talks() }}
{{ kpi_values('station_health_talks') }}
