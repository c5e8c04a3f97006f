"""The typed, frozen semantic model: what the definitions mean once they are checked."""
