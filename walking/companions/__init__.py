"""Companion programmes that a physiotherapist adds to a walking plan: one folder each, with the same file names.

``docs/companions.md`` shows the structure and how to add another. ``registry`` lists them all; none depends on another.
"""
