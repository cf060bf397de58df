"""The questions about a week, a walk or a flare-up: the same for the patient and for staff on the patient's behalf."""
