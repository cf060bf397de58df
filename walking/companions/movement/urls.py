"""The patient's addresses of movement retraining."""

from django.urls import path

from walking.companions.movement import pages

urlpatterns = [
    path("companions/movement/", pages.movement, name="movement"),
    path("companions/movement/<slug:code>/", pages.practise, name="movement_practise"),
]
