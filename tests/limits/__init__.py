"""Bad and extreme input: an exact problem and exit status, or the right numbers; never a crash, never a wait."""
