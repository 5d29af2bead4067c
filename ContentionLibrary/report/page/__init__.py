"""The page `contention.html`: one file that opens anywhere, without a network, and answers first.

Everything that is said is written here, as text that is there without any script; the script draws the timelines out of
what is packed into the page. The raw histories stay beside the page and are linked: packed as well, they would double it.
"""
