"""The scenarios that the catalogue fixes, so that a known id without a suite is told from a misspelt one."""

from __future__ import annotations

from ContentionLibrary.cli.suites import read_tests
from ContentionLibrary.locations import folder

CATALOGUE: dict[str, tuple[str, ...]] = {
    "FileBlocking": ("RDW-001", "RDW-002", "RDW-003", "WDR-001", "WDR-002", "DDO-001", "DDO-002", "DDO-003"),
    "RaceConditions": ("SAP-001", "SAP-002", "SAP-003", "AOV-001", "AOV-002"),
    "ResourceExhaustion": ("FHL-001", "FHL-002", "DSC-001", "DSC-002"),
    "NetworkStorage": ("NIS-001", "NIS-002", "RLB-001"),
    "RecoveryCleanup": ("FRS-001", "FRS-002", "CV-001", "CV-002"),
    "PerformanceUnderContention": ("TDA-001", "TDA-002", "FST-001"),
    "PlatformSpecific": (
        "WSS-001",
        "WSS-002",
        "WSS-003",
        "LSS-001",
        "LSS-002",
        "LSS-003",
        "CPS-001",
        "CPS-002",
    ),
}

ALL_IDS: tuple[str, ...] = tuple(each for ids in CATALOGUE.values() for each in ids)


def place(scenario: str) -> int:
    """Where an id stands in the catalogue, to sort by; ids of others come last, in their own order."""
    return ALL_IDS.index(scenario) if scenario in ALL_IDS else len(ALL_IDS)


def known_scenarios() -> dict[str, dict[str, str]]:
    """By category, the ids of the catalogue with the titles that the suites give them; empty where there is no suite.

    Raises:
        UsageError: a shipped suite cannot be read.
    """
    suites = folder("suites")
    titles = {test.id: test.title for test in (read_tests(suites) if suites.is_dir() else ())}
    return {category: {each: titles.get(each, "") for each in ids} for category, ids in CATALOGUE.items()}
