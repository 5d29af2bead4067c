"""A careful file copier: whole or not at all, old or new at every moment, and an exit code that tells the truth.

It is an ordinary program that needs nothing but the standard library, and the example that the scenarios measure other
copiers against. The way of one copy: `command` reads the arguments, `job` has the sequence, `transfer` moves and compares
the bytes, `publish` makes the finished file appear under its name, `recovery` deals with what a killed run has left.
"""
