-- depends_on: {{ ref('fct_health_checkup_centres') }}
-- depends_on: {{ ref('fct_health_checkup_sessions') }}
{{ kpi_values('health_checkup', fact='fct_health_checkup_sessions') }}
