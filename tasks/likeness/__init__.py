"""How alike texts are: words hashed, near duplicates and what they share found, measured, and put in order."""
