"""A service that runs as our child: what it says line by line, how it ends, and how it is ended."""

from __future__ import annotations

import contextlib
import ctypes
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Self

_LOOK_EACH = 0.05  # seconds; a service may end while something that it has started keeps its output open
_LAST_WORDS = 1.0  # seconds in which what it has said before it ended is read, unless something keeps its output open
_ENDS_WITHIN = 10.0  # seconds after it was asked to
_PASSED_ON = ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM", "SIGPIPE", "SIGXFSZ", "SIGUSR1", "SIGUSR2")
_PR_SET_PDEATHSIG = 1


class Trouble(Exception):  # noqa: N818 - the service's, not ours
    """The service has not copied; the message says why."""


class Ended(Exception):  # noqa: N818 - not always an error
    """The service has ended by itself, or by a signal.

    Args:
        code: its exit code, or the negative number of the signal.
        last_line: what it has said last.
    """

    def __init__(self, code: int, last_line: str) -> None:
        how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        super().__init__(f"the service {how}; it said last: {last_line}" if last_line else f"the service {how}")
        self.code = code


class Service:
    """A service that was started. Signals that come to us are passed to it. Use it as a context manager: it ends with that.

    Args:
        command: the program and its arguments.
        log: a file into which it writes what it has to say, besides what it prints; what is there already is not heard.

    Raises:
        Trouble: it cannot be started.
    """

    def __init__(self, command: Sequence[str], log: Path | None = None) -> None:
        heard = log.stat().st_size if log is not None and log.exists() else 0
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                preexec_fn=partial(_end_with, os.getpid()) if sys.platform == "linux" else None,  # noqa: PLW1509 - no thread runs yet
            )
        except OSError as error:
            raise Trouble(f"the service '{command[0]}' cannot be started: {error.strerror}") from error
        assert self._process.stdout is not None
        self._last_line = ""
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._readers = [threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)]
        if log is not None:
            self._readers.append(threading.Thread(target=self._follow, args=(log, heard), daemon=True))
        for reader in self._readers:
            reader.start()
        for name in _PASSED_ON:
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._pass_on)

    def _read(self, output: IO[bytes]) -> None:
        for line in output:
            self._lines.put(line)

    def _follow(self, log: Path, heard: int) -> None:
        """Read what is added to a log, which may be made anew or begun afresh, until the service has ended."""
        begun = b""
        while True:
            ended = self._process.poll() is not None  # first, so that its last words are read below
            with contextlib.suppress(FileNotFoundError), log.open("rb") as file:
                heard = heard if heard <= os.fstat(file.fileno()).st_size else 0
                file.seek(heard)
                added = file.read()
                heard += len(added)
                *lines, begun = (begun + added).split(b"\n")
                for line in lines:
                    self._lines.put(line + b"\n")
            if ended:
                return
            time.sleep(_LOOK_EACH)

    def _pass_on(self, number: int, _frame: FrameType | None) -> None:
        self._process.send_signal(number)

    def wait_for(self, words: re.Pattern[str], failed: re.Pattern[str] | None, deadline: float) -> None:
        """Pass on what it says until it says something.

        Args:
            words: what.
            failed: what it says instead when it has failed.
            deadline: moment of the monotonic clock until which it may take.

        Raises:
            Ended: it has ended before.
            Trouble: it has said that it has failed, or nothing of both in time.
        """
        while (line := self._next_line(deadline)) is not None:
            if failed is not None and failed.search(line):
                raise Trouble(f"the service said: {line}")
            if words.search(line):
                return
        raise Trouble(f"the service did not say '{words.pattern}' in time")

    def _next_line(self, deadline: float) -> str | None:
        while time.monotonic() < deadline:
            ended = self._process.poll()
            if ended is not None:
                for reader in self._readers:
                    reader.join(_LAST_WORDS)
            try:
                line = self._lines.get(timeout=_LOOK_EACH)
            except queue.Empty:
                if ended is not None:
                    raise Ended(ended, self._last_line) from None
            else:
                sys.stdout.buffer.write(line)
                sys.stdout.buffer.flush()
                words = line.decode(errors="replace").strip()
                self._last_line = words or self._last_line
                return words
        return None

    def end(self) -> None:
        """Ask it to end, and wait for that.

        Raises:
            Trouble: it does not end; it was killed.
        """
        self._process.terminate()
        try:
            self._process.wait(_ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise Trouble(f"the service did not end within {_ENDS_WITHIN:g} s after it was asked to") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self.end()


def _end_with(parent: int) -> None:
    """Let the kernel kill this process when its parent ends: who kills a copier means the service."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it has ended already
        os._exit(1)


def end_as(code: int) -> int:
    """End this process as the service has ended: by the same signal, if it was one.

    Returns:
        The exit code to end with, where it was none.
    """
    if code >= 0:
        return code or 1  # it has ended in peace, and nothing was copied
    with contextlib.suppress(OSError):  # KILL is always as it was
        signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)
    return 128 - code
