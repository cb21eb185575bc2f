-- depends_on: {{ ref('fct_dispute_mediation_centres') }}
{{ kpi_values('dispute_mediation', fact='fct_dispute_mediation_centres') }}
