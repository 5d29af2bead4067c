"""What programs hold and use over time: read by a process of its own, so that nobody else is disturbed."""
