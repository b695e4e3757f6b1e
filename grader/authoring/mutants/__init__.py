"""Mistakes made on purpose: what rules make of a key, so that one can see whether the checks notice."""
