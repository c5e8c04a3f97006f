"""Text to syntax trees that know their file, line and column. The only room that knows YAML and the grammar."""
