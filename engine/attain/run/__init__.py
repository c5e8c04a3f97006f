"""Running compiled SQL: a connection executes it and gives typed rows. Only here are duckdb and the drivers known.

Importing this package, `engine`, `files`, `connections` or `lock` loads no driver; opening a connection does.
"""
