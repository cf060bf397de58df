"""What is asked about a week, a walk or a flare-up: the same of the patient and, on their behalf, of the staff."""
