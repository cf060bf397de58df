"""An invented clinic: people, how they walk, and their history, played through the use cases."""
