"""Whether the same scenario says the same every time: `python -m tests.scenarios.stability --runs 20`.

Compared are verdict, steps, checks that found something with their levels and steps, allowances, and controls. Free races
and free readers may see more or less from run to run; what they lead to must not differ.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ContentionLibrary.checks.verdict import Finding, ScenarioVerdict
from tests.scenarios.robots import SCENARIOS, end_in_order, play

Traits = Mapping[str, tuple[str, ...]]


def _found(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(sorted({f"{one.check} {one.level or ''} before '{one.step}'" for one in findings}))


def traits(verdict: ScenarioVerdict) -> Traits:
    """Return what must be the same in every run."""
    return {
        "verdict": (verdict.verdict.value,),
        "steps": verdict.steps,
        "findings": _found(verdict.findings),
        "allowed": _found(verdict.allowed),
        "measured": tuple(str(level) for level in verdict.measured),
        "controls": tuple(
            f"{one.check}: {one.copier} {'seen' if one.seen else 'not seen'}" for one in verdict.controls
        ),
        "runs": (str(verdict.runs),),
    }


def differences(rounds: Sequence[ScenarioVerdict]) -> list[str]:
    """Say what differs between the rounds of one scenario: each value with how often it was seen, rarest last."""
    told = []
    for trait in traits(rounds[0]):
        seen = Counter(traits(one)[trait] for one in rounds)
        if len(seen) == 1:
            continue
        (usual, often), *others = seen.most_common()
        told.append(f"{trait}: {often} times the usual")
        for value, count in others:
            more, less = sorted(set(value) - set(usual)), sorted(set(usual) - set(value))
            parts = [f"also {', '.join(more)}"] * bool(more) + [f"without {', '.join(less)}"] * bool(less)
            told.append(f"  {count} times {' and '.join(parts) or 'in another order'}")
    return told


def main() -> int:
    """Print a line for each scenario and all that differs; exit code 1 if anything does."""
    parser = argparse.ArgumentParser(prog="python -m tests.scenarios.stability", description=__doc__)
    parser.add_argument("--runs", type=int, default=20, help="how often each scenario is played (default: 20)")
    parser.add_argument("--copier", default="reference", help="profile (default: reference)")
    parser.add_argument("--size", default="quick", choices=("quick", "standard", "full"))
    parser.add_argument("--beside", action="store_true", help="some beside each other, as `contention run` plays them")
    parser.add_argument("scenarios", nargs="*", default=[], help="ids; all that there are by default")
    options = parser.parse_args()
    chosen = tuple(options.scenarios) or SCENARIOS
    rounds: dict[str, list[ScenarioVerdict]] = {name: [] for name in chosen}
    for number in range(1, options.runs + 1):
        for name, verdict in play(options.copier, *chosen, size=options.size, beside=options.beside).items():
            rounds[name].append(verdict)
        print(f"{number}/{options.runs}", file=sys.stderr, flush=True)
    unstable = False
    for name, same in rounds.items():
        ends = Counter(one.verdict.value for one in same)
        seconds = sorted(one.seconds for one in same)
        print(
            f"{name}: {', '.join(f'{count} {end}' for end, count in ends.most_common())}; {len(same[0].steps)} steps, "
            f"{same[0].runs} runs; {seconds[0]:.1f} to {seconds[-1]:.1f} s"
        )
        for line in differences(same):
            unstable = True
            print(f"    {line}")
        for reason in sorted({one.reason for one in same if one.verdict is not same[0].verdict}):
            print(f"    reason: {reason}")
    return 1 if unstable else 0


if __name__ == "__main__":
    end_in_order()
    sys.exit(main())
