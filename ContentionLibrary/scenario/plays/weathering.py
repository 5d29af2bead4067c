"""Plays in which the link to a real server is bad: late, slow, losing packets, or reset again and again, during a free copy.

Nobody holds the copier. What happens on the link happens after so many bytes, so it is the same in each run; how far a
copier has come by then is not. So nothing is asked of a copy but what must be true in any case: it is whole, or the copier
says that it is not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ContentionLibrary.checks.check import RESET_CONNECTION
from ContentionLibrary.checks.network import BAD_WEATHER, CONNECTION_BROKEN, STUMBLES
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays import connecting
from ContentionLibrary.scenario.plays.cutting import emulated, share_or_limit
from ContentionLibrary.scenario.plays.failing import fail_steps, note_network
from ContentionLibrary.stage.link import Traffic
from ContentionLibrary.stage.weather import Weather
from ContentionLibrary.stepping.plan import Plan

_KIB, _MIB = 1 << 10, 1 << 20
_MOST = _MIB
"""Bytes of a file: it takes seconds to get through."""
_OVER = {False: "into an empty place", True: "over an older version"}


@dataclass(frozen=True)
class _Forecast:
    """A link: what the history calls it, and what it does."""

    called: str
    weather: Weather


_FORECASTS = (
    _Forecast(f"{RESET_CONNECTION}: each connection after 256 KiB, again and again", Weather(reset_after=256 * _KIB)),
    _Forecast("delay each byte by 5 to 25 ms", Weather(latency=0.005, jitter=0.02)),
    _Forecast("let 512 KiB pass in a second", Weather(rate=512 * _KIB)),
    _Forecast(
        "lose a packet of each 128 KiB, and send it again after 0.2 s", Weather(loss_each=128 * _KIB, loss_takes=0.2)
    ),
    _Forecast(f"{RESET_CONNECTION} once, after 512 KiB", Weather(reset_after=512 * _KIB, resets=1)),
)


def _copy(lane: Lane, number: int, forecast: _Forecast) -> None:
    share = lane.share()
    share.mount(reconnect=True)
    with lane.run(number=number, share=share) as run:
        before = share.link.traffic()
        share.link.shape(forecast.weather)
        note_network(run, forecast.called)
        run.start(Plan(with_data=False)).run_to_end()
        share.link.shape(Weather())
        after = share.link.traffic()
        share.recover()
        share.come_to_rest()
        _see_that_it_landed(lane, forecast, before, after)


def _copy_by_itself(lane: Lane, number: int, forecast: _Forecast) -> None:
    """Let a copier that connects by itself copy over such a link."""
    link = lane.served().link
    with lane.run(number=number, served=lane.served()) as run:
        before = link.traffic()
        link.shape(forecast.weather)
        note_network(run, forecast.called)
        run.start(Plan(with_data=False)).run_to_end()
        link.shape(Weather())
        link.come_to_rest()
        _see_that_it_landed(lane, forecast, before, link.traffic())


def _see_that_it_landed(lane: Lane, forecast: _Forecast, before: Traffic, after: Traffic) -> None:
    refuses = lane.began.older and not lane.subject.profile.replaces
    if not refuses and not _has_landed(forecast.weather, before, after):
        lane.limit(f"{lane.began.title}: nothing came of '{forecast.called}'", blind=True)


def _has_landed(weather: Weather, before: Traffic, after: Traffic) -> bool:
    """Tell whether a copy has met the weather: a connection was reset, or data has gone through."""
    return after.resets > before.resets if weather.reset_after else after.up > before.up


def _copy_each(lane: Lane, enough: Enough) -> None:
    share = share_or_limit(lane)
    if share is not None:
        lane.side_by_side(_FORECASTS, _copy, enough)


def _copy_each_by_itself(lane: Lane, enough: Enough) -> None:
    if connecting.sent_undisturbed(lane):
        lane.side_by_side(_FORECASTS, _copy_by_itself, enough)


def bad_weather(*, older: bool) -> Play:
    """NIS-002: the link to the server is late, slow, loses packets, or is reset."""
    title = f"copy {_OVER[older]} over a link in bad weather"
    play = Play(title, BAD_WEATHER, title, _copy_each, older, stepped=False, interferes=False, at_most=_MOST)
    return replace(play, connecting=replace(play, kind=CONNECTION_BROKEN, act=_copy_each_by_itself))


def answer_with_stumbles(*, older: bool) -> Play:
    """NIS-002: one call of a copy is answered as by a server whose connection has just broken; each has its turn."""
    return emulated(replace(fail_steps("a network that stumbles", older=older), kind=STUMBLES))
