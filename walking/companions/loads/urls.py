"""The patient's addresses of everyday loads."""

from django.urls import path

from walking.companions.loads import pages

urlpatterns = [
    path("companions/loads/", pages.loads, name="loads"),
    path("companions/loads/choose/", pages.choose, name="loads_choose"),
    path("companions/loads/<slug:slug>/", pages.task, name="loads_task"),
]
