"""The case pages and the worked sample on every engine that runs here: the same definitions, data, queries and rows."""
