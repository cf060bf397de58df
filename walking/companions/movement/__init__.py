"""Movement retraining: ten patterns from the floor to everyday life, over 12 weeks."""
