"""`attain test`: what users' tests mean, what is said of them, and what they can do to nobody."""
