"""Processes that work for us: how they are started, spoken to, watched and ended."""
