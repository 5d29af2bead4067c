"""Runs an unmodified program so that each of its file operations can be seen, held, split, failed, or ended.

Two ways stand behind one interface (`control.Controlled`): *exact* stops the program at a system call, *sampled*
suspends it when its output has grown to a size. Each runs in a process of its own, which is the parent of the program.
"""
