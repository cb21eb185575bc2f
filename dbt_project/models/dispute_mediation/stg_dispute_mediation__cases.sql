{{ landed('dispute_mediation', 'case') }}
