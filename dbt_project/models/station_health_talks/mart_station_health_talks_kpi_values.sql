{% macro kpi_values_of__station_health_talks() %}{{ return(ref('mart_station_health_talks_kpi_values')) }}{% endmacro %}

-- depends_on: {{ ref('fct_station_health_talks_stations') }}
-- depends_on: {{ ref('fct_station_health_talks_talks') }}
-- depends_on: {{ ref('fct_station_health_talks_station_visits') }}
-- depends_on: {{ ref('fct_station_health_talks_assessments') }}
{{ kpi_values('station_health_talks') }}
