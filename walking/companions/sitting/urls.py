"""The patient's addresses of sitting less."""

from django.urls import path

from walking.companions.sitting import pages

urlpatterns = [
    path("companions/sitting/", pages.sitting, name="sitting"),
    path("companions/sitting/breaks/", pages.breaks, name="sitting_breaks"),
    path("companions/sitting/usual/", pages.usual, name="sitting_usual"),
]
