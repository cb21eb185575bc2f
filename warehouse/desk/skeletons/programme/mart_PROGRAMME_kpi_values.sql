{% macro kpi_values_of__$programme() %}{{ return(ref('mart_${programme}_kpi_values')) }}{% endmacro %}

-- depends_on: {{ ref('fct_${programme}_$tables') }}
{{ kpi_values('$programme') }}
