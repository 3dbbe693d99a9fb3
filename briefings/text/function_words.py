"""English words that say nothing about what a text is about."""

from __future__ import annotations

_WORDS = """
a about after all also an and are as at be been but by can could did do does for from had has have
he her his how i if in into is it its just more new no not of on one or other out over s said say
says she so t than that the their they this to up was we were what when which who why will with
would you
"""
FUNCTION_WORDS = frozenset(_WORDS.split())
"""Casefolded, as `tokens.index_terms` gives words."""
