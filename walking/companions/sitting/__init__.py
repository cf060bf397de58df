"""Sitting less: an hour a day, in small steps, over six months."""
