"""Processes that work against a copier: waiting workers, what they can do, and barriers that they leave together."""
