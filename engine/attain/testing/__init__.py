"""The tests that users keep beside their metrics: read, checked, run, compared, measured. Report writes what came."""
