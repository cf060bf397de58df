"""Companion programmes: what a physiotherapist adds to a walking plan, one folder each with the same file names.

``docs/companions.md`` shows the shape and how another is added. ``registry`` names them all; none knows another.
"""
