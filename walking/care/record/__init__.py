"""A patient's record as a whole: what belongs to it (``parts``), taken out, read into a clinic, and erased."""
