"""Plans: their passes, layers, leaves."""
