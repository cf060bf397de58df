"""The forms of the patient's pages."""
