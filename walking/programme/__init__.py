"""The rules of the walking programme: pure, typed, frozen values in, values out.

No Django, no clock, no input or output. `programme.md` is the specification; a number's
docstring or its row in `settings.SOURCES` says whether it is published or our choice.
"""
