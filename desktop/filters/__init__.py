"""Judgements on candidates: one file, one filter, one FILTER."""
