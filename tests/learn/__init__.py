"""Tests of the lessons: their text, the pages, the desk."""
