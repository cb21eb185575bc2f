"""The analyst's desk: the database that `dbt` works in, and the skeletons of a new KPI and a new programme."""
