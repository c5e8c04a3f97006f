"""Results, problems and the catalogue: for people (texts, tables) and for machines (JSON, CSV, Parquet)."""
