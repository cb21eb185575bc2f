"""Whether a target will be met: where a KPI will stand at its target's date, within which range, and what pace it would need."""
