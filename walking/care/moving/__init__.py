"""A whole clinic taken out into one file, and read into a fresh installation.

Rows go as they are, with their keys: what is fresh holds nobody whose keys they could meet. So links, letters and what
the clock has done keep their meaning, and a clinic that was read in and is taken out again gives the same tables.
"""
