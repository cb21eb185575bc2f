{{ landed('dispute_mediation', 'centre') }}
