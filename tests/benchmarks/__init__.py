"""Figures that say whether the package is fast enough."""
