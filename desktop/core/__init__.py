"""Nouns and verbs that every other room speaks; imports nothing of ours."""
