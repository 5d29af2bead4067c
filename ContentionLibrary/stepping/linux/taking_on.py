"""Gives the calling process, which is about to become a program, the standing that the program is to have."""

from __future__ import annotations

import os

from ContentionLibrary.stepping.linux.passages import open_passages
from ContentionLibrary.stepping.standing import Standing


def take_on(standing: Standing) -> None:
    """Take on umask and account; the way back is closed.

    Raises:
        OSError: this user may not become another one, or the program cannot be made readable for it.
    """
    os.umask(standing.umask)
    account = standing.account
    if account is None:
        return
    open_passages(standing.readable)
    os.setgroups(account.groups)
    os.setresgid(account.group, account.group, account.group)
    os.setresuid(account.user, account.user, account.user)
