"""The process that looks, beat by beat: the role that a starter's child plays for a monitor.

The beats have absolute deadlines, so that they do not drift; those that came too late are counted and told. So is what the
looking itself has cost. The series are sent when they are asked for; what does not change is told by its first and last
moment.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence

from ContentionLibrary.monitor.choice import best_reader
from ContentionLibrary.monitor.figures import Figures, Reader
from ContentionLibrary.monitor.surroundings import Surroundings
from ContentionLibrary.processes.channel import Channel, Message, ready

_THOROUGH_EVERY = 100  # beats


class Sampler:
    """Looks at a steady interval, and whenever it is asked.

    Args:
        channel: the conversation with the scenario.
        reader: reads the figures.
        interval: seconds between two looks.
    """

    def __init__(self, channel: Channel, reader: Reader, interval: float) -> None:
        self._channel = channel
        self._reader = reader
        self._interval = interval
        self._series: dict[str, tuple[list[float], list[float]]] = {}
        self._beats = self._missed = 0
        self._began = time.monotonic()
        self._used_before = time.process_time()

    def run(self) -> None:
        """Look until it is told to stop.

        Raises:
            ChannelClosed: the scenario is gone.
        """
        self._channel.send({"ready": True})
        due = self._began
        while True:
            left = due - time.monotonic()
            if left > 0:
                if ready([self._channel], left) and self._obey():
                    return
                continue
            late = int(-left / self._interval)
            self._missed += late
            self._look(thoroughly=self._beats % _THOROUGH_EVERY == 0)
            self._beats += 1
            due += self._interval * (late + 1)

    def _look(self, *, thoroughly: bool) -> Figures:
        at = time.monotonic()
        told = self._reader.read(thoroughly=thoroughly)
        for name, value in told.items():
            moments, values = self._series.setdefault(name, ([], []))
            moments.append(at)
            values.append(value)
        return told

    def _obey(self) -> bool:
        """Do what the scenario asks for; tell whether that was the end."""
        request = self._channel.receive(0)
        if request is None:
            return False
        if "read" in request:
            self._channel.send({"figures": self._look(thoroughly=True)})
            return False
        if "stop" in request:
            self._look(thoroughly=True)
        self._channel.send(self._told())
        return "stop" in request

    def _told(self) -> Message:
        lasted = max(time.monotonic() - self._began, 1e-9)
        return {
            "series": {name: (*shortened(*points), telling(points[1])) for name, points in self._series.items()},
            "beats": self._beats,
            "missed": self._missed,
            "cost": (time.process_time() - self._used_before) / lasted,
        }


def telling(values: Sequence[float]) -> list[int]:
    """Return the numbers of those points that say something new: not those between two equal neighbours."""
    return [
        at
        for at in range(len(values))
        if at in (0, len(values) - 1) or not values[at - 1] == values[at] == values[at + 1]
    ]


def shortened(moments: Sequence[float], values: Sequence[float]) -> tuple[list[float], list[float]]:
    """Leave out the points that say nothing new."""
    kept = telling(values)
    return [moments[at] for at in kept], [values[at] for at in kept]


def main(channel: Channel, request: Message) -> None:
    """Serve as a monitor.

    Args:
        channel: the conversation with the scenario.
        request: `root`, `stage`, `own_names` and `interval` in seconds.
    """
    gc.disable()  # what is made here has no circles, and a collection would cost as much as a look
    reader = best_reader(request["root"], Surroundings(request["stage"], request["own_names"]))
    try:
        Sampler(channel, reader, request["interval"]).run()
    finally:
        reader.close()
