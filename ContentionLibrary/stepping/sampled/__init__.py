"""Stepping by sampling, for every system: watch the output grow, suspend the program when it has come far enough.

Method: one process looks at the directories of the destinations as fast as it can and suspends the whole process tree
when the data has reached a mark. The program is stopped somewhere behind the mark, never exactly at it: on an idle
machine some 100 KiB, under load some MiB. So each hold tells how many bytes were there, and a mark that was
jumped over is told as missed, never as held.

What cannot be seen: anything but data (renames, locks, permissions); data written over old data of the same
length or behind a length that was reserved before (only that it began is seen, by the time stamp); files
outside the destinations' directories.
"""
