"""The SQL of a dozen query shapes, and the files of dialects."""
