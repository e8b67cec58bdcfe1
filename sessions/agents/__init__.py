"""Agents at their telephones and in the roster: offers, keys, consults, talks, shifts."""
