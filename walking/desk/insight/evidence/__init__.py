"""Evidence: how long a clinic's patients stay free of back pain, and how they are over time."""
