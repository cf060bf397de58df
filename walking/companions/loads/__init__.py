"""Everyday loads: two daily tasks that worry somebody, learned in three steps and rated each week."""
