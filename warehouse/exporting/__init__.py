"""A release in files that others read: tables as CSV, Parquet, DuckDB and workbooks, with their dictionary."""
