"""Seedbed: an offline workbench for making fine-tuning data with a local model."""
