"""Texts: robots and people who write, and texts to many."""
