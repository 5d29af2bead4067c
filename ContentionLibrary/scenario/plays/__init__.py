"""What can be done to a copier, one file a vocabulary. A play acts and notes; it never judges."""
