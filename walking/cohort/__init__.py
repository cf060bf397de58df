"""Create many invented patients with their history, by bulk writes, for load tests."""
