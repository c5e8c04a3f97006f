"""Attain: a compiler for business metrics."""

__version__ = "0.1.0"
