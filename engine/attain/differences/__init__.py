"""The figures of two versions of the definitions over the same data."""
