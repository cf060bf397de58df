"""Tests of the companion programmes: what they share, and each one's rules and pages."""
