"""The documentation against the code: the catalogue of codes, the problem pages, the guide, the language, the README."""
