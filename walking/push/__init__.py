"""Reminders on the patient's devices, by the Web Push protocol (RFC 8030, 8291, 8292)."""
