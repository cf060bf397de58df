"""``{{ session.user_agent|browser_in_words }}``"""

from django import template

from accounts.browsers import in_words

register = template.Library()
register.filter("browser_in_words", in_words)
