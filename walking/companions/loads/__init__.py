"""Everyday loads: two daily tasks that worry the patient, learned in three steps and rated each week."""
