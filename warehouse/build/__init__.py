"""From landed rows to a candidate release: the dbt project as a plan, run on an engine, checked on the way. Publishes nothing."""
