"""What is told in the end: verdicts stored and read again, held against Robot's own results, and shown."""
