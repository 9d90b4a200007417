"""Mutated titles, metadata lines and pages by the million: `make fuzz`."""
