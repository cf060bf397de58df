"""How each language writes days and hours, in addition to Django's own formats.

Every language offered (``LANGUAGES``) has a module here with every name in ``en``; a test checks this, since Django
treats an unknown name as the format itself. Use: ``{{ day|date:"WEEKDAY_FORMAT" }}``.
"""
