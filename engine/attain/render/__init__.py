"""A plan to SQL text, as one dialect says. The only room that knows sqlglot."""
