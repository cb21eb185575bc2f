{% macro kpi_values_of__$programme() %}{{ return(ref('mart_${programme}_kpi_values')) }}{% endmacro %}
{% macro kpi_facts_of__$programme() %}{{ return([ref('fct_${programme}_$tables')]) }}{% endmacro %}

-- depends_on: {{ kpi_facts_of__$programme() }}
{{ kpi_values('$programme') }}
