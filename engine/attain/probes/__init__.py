"""What `validate --data` does with metrics: each is executed, and probed with data that are changed in a known way."""
