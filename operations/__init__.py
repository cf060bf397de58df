"""Keeping Waymark running: back-up and restore, logs, figures, signs of life."""
