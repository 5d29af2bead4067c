"""Pure functions from a history and a claim to findings, measured levels and a verdict. No process, file or clock."""
