"""Invents many patients with their history, by bulk writes, for trials of scale."""
