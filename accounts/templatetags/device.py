"""``{% person_key user.pk %}``: the name under which a browser stores a person's data."""

from django import template

from accounts.device import person_key

register = template.Library()
register.simple_tag(person_key)
