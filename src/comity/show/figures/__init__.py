"""Figures: chart specifications, the data they draw, and their reading in words."""
