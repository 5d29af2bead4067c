"""The record of a scenario: ordered facts that can be stored as JSON lines and judged again at any time."""
