"""A patient's whole record: its tables (``parts``), export, import and erasure."""
