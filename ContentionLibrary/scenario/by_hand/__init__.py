"""What a test does by hand, outside any play: files, barriers, competitors and one copier, under names of the test's own.

Nothing here gives a verdict: each part tells outcomes, and the test says which of them it accepts.
"""
