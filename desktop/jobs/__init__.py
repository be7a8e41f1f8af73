"""Import, generate, filter and export: the work that takes time, as generators of events."""
