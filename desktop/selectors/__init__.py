"""Ways to choose the dataset: one file, one selector, one SELECTOR."""
