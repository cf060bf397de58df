"""How each language writes its days and hours, beside Django's own formats.

A language that is offered (``LANGUAGES``) has a module here with every name that ``en`` has; a test holds it to that,
since Django takes a name that it does not know for the format itself. Use: ``{{ day|date:"WEEKDAY_FORMAT" }}``.
"""
