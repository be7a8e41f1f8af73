"""Ways to generate: one file, one method, one METHOD."""
