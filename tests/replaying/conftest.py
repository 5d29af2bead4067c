from tests.cli.conftest import contention

__all__ = ["contention"]
