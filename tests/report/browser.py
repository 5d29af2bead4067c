"""A headless browser for tests: Chromium, spoken to through a pipe in its own protocol, so that no package is needed.

A browser is a process with many children and a folder of its own; all of it is gone when the `with` ends.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

BINARIES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--disable-extensions"),
    *("--hide-scrollbars", "--remote-debugging-pipe", "--force-color-profile=srgb"),
)
_PATIENCE = 60.0  # seconds


def binary():
    """Return the path of a browser, or None."""
    return next((path for name in BINARIES if (path := shutil.which(name))), None)


class Browser:
    """One browser with one page."""

    def __init__(self):
        self.complaints = []  # what a person would see in red in the browser's console
        self.asked_for = []  # every address that was loaded
        self._number = 0
        self._buffer = b""
        self._session = None

    def __enter__(self):
        self._profile = tempfile.mkdtemp(prefix="contention-browser-")
        its_in, self._out = os.pipe()
        self._in, its_out = os.pipe()

        def give_pipes():
            # Above all that is in use, so that nothing is closed before it is moved to its place.
            high_in, high_out = os.dup2(its_in, 100), os.dup2(its_out, 101)
            os.dup2(high_in, 3)
            os.dup2(high_out, 4)

        self._process = subprocess.Popen(
            [binary(), *_FLAGS, f"--user-data-dir={self._profile}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=give_pipes,  # noqa: PLW1509 - this process has no threads
            close_fds=False,
            start_new_session=True,
            env={**os.environ, "TMPDIR": self._profile},  # what it leaves when it is killed goes with its folder
        )
        os.close(its_in)
        os.close(its_out)
        os.set_blocking(self._in, False)
        target = self.tell("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.tell("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for room in ("Page", "Runtime", "Log", "Network"):
            self.tell(f"{room}.enable")
        return self

    def __exit__(self, *trouble):
        os.close(self._out)
        os.close(self._in)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)

    def tell(self, method, **parameters):
        """Send a command and return its result; what the browser says meanwhile is noted."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise AssertionError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self._note(answer)

    def _next(self):
        deadline = time.monotonic() + _PATIENCE
        while b"\0" not in self._buffer:
            try:
                more = os.read(self._in, 1 << 20)
            except BlockingIOError:
                assert time.monotonic() < deadline, "the browser does not answer"
                time.sleep(0.005)
                continue
            assert more, "the browser has ended"
            self._buffer += more
        message, self._buffer = self._buffer.split(b"\0", 1)
        return json.loads(message)

    def _note(self, event):
        told = event.get("params", {})
        match event.get("method"):
            case "Runtime.exceptionThrown":
                detail = told["exceptionDetails"]
                self.complaints.append(detail.get("exception", {}).get("description", detail["text"]))
            case "Runtime.consoleAPICalled" if told["type"] in ("error", "warning", "assert"):
                self.complaints.append(" ".join(str(each.get("value")) for each in told["args"]))
            case "Log.entryAdded" if told["entry"]["level"] in ("error", "warning"):
                self.complaints.append(told["entry"]["text"])
            case "Network.requestWillBeSent":
                self.asked_for.append(told["request"]["url"])

    def look_like(self, width, height, *, dark=False, density=1, mobile=False):
        """Be a desktop or a phone, with a light or a dark theme."""
        self.tell(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=density, mobile=mobile
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.tell("Emulation.setEmulatedMedia", features=[scheme])

    def open(self, path, anchor=""):
        """Open a file as a person does, and wait until it is loaded."""
        self.tell("Page.navigate", url="about:blank")
        self.tell("Page.navigate", url=f"{Path(path).as_uri()}{anchor}")
        self.wait_for("document.readyState === 'complete' && location.protocol === 'file:'")

    def ask(self, expression):
        """Evaluate an expression in the page, promises too."""
        told = self.tell("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def wait_for(self, expression):
        """Wait until an expression is true."""
        deadline = time.monotonic() + _PATIENCE
        while not self.ask(expression):
            assert time.monotonic() < deadline, f"never true in the page: {expression}"
            time.sleep(0.01)

    def busy(self):
        """Seconds for which the page's thread has worked so far; ask for `Performance.enable` before."""
        told = {each["name"]: each["value"] for each in self.tell("Performance.getMetrics")["metrics"]}
        return told["TaskDuration"]

    def picture(self, path, *, whole=False):
        """Take a picture of what is shown, or of the whole page."""
        told = self.tell("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        Path(path).write_bytes(base64.b64decode(told["data"]))
