"""Seedbed: an offline workbench for making fine-tuning data with a local model."""

__version__ = "0.1.0"
