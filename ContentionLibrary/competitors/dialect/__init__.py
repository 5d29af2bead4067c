"""A client of a file server that speaks the dialect of Windows (SMB 3), by the package smbprotocol.

Only what is here imports that package, and only when a client is made: everybody else works without it.
"""

from __future__ import annotations

from importlib.util import find_spec

CLIENT = "ContentionLibrary.competitors.dialect.client"
"""What takes long to import: a starter does it once for all its children."""
INSTALL = "pip install 'robotframework-contention[smb]'"


def why_no_client() -> str:
    """Say why there can be no such client here, with the one command that helps; empty when there can."""
    return "" if find_spec("smbprotocol") else f"the package smbprotocol is missing: {INSTALL}"
