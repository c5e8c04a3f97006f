"""Names, types, units, additivity, joins and time: syntax to a semantic model and queries, or to problems."""
