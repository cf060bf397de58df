"""The lessons: their text, how it is parsed, rendered safely, and ordered. Uses no database records and no clock."""
