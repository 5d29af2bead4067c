"""Copiers that are clients of a file server: they speak the dialect of Windows, and name the destination by its UNC path.

They are programs, not modules to import: `python -I FILE SOURCE UNC`. Their profiles are in `variables/copiers/dialect`;
server, user and password come by the environment, as the profiles say.
"""
