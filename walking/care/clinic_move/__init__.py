"""Exporting a whole clinic into one file, and importing it into a new installation.

Rows keep their keys, because a new installation has none that could conflict. So links, emails and the state of
scheduled work stay valid, and exporting an imported clinic gives the same tables.
"""
