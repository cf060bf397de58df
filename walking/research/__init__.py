"""The research export: what patients agreed to share, without data that identifies them."""
