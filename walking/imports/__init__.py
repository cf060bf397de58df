"""Read walks from files of watches and phones: pure readers, from a file to the walks found in it.

They know no plan, no clock and no Django; ``walking/care/diary/file_import.py`` decides which walks may be added.
Every file is treated as hostile: see ``limits.py``.
"""
