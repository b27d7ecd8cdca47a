"""What the rules answered, in words, for templates."""

from django import template

from warranty.causes import name_of
from warranty.wording import say_answer

register = template.Library()
register.filter("cover_answer", say_answer)
register.filter("cause_name", name_of)
