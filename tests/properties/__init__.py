"""Models, data and queries made by Hypothesis from building blocks of our own; what the engine answers must be what the
reference interpreter answers, and must obey laws that need no second opinion."""
