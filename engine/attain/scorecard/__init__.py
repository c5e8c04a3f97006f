"""Scorecards: the queries that a scorecard makes, and the figures that are worked out from their rows."""
