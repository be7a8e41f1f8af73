"""The project file: one SQLite database, a file per table."""
