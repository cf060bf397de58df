"""Running Waymark: backup and restore, logs, metrics, heartbeats."""
