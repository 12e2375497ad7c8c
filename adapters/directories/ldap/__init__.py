"""LDAPS and nothing else: hosts that stand in for each other, certificates always checked, and an end to every wait."""
