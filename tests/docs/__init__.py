"""The documentation against the code: codes, problem pages, guide, language, README."""
