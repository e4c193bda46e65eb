"""Readers of event files: one file per public source, and the contract they share."""
