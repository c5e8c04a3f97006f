"""A query to a plan: named relational steps, each readable by itself. Knows no SQL."""
