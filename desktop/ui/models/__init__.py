"""Item models over the project file."""
