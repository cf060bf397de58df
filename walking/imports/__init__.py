"""Walks out of the files of watches and phones: pure readers, from a file to what was found in it.

They know no plan, no clock and no Django; whether a walk may be taken is decided in ``walking/care/bringing.py``.
Every file is hostile until read: see ``limits.py``.
"""
