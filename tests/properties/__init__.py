"""Models, data and queries made at random from building blocks of our own.

What the engine answers must be what the reference interpreter answers, and must obey laws that need no second opinion.
`game.py` says which constructs are asked of the engine. Where a test fails it shows the smallest case that was found,
as a page for `tests/cases`.
"""
