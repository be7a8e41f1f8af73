"""File formats: one file, one format, one FORMAT."""
