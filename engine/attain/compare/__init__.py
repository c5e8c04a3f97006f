"""What a change of definitions means: two checked models in, what became of each of their definitions out."""
