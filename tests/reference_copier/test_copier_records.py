"""Records behave like those of `typing`, as far as they are used."""

import json
import typing

import pytest

from ContentionLibrary.reference_copier import records


def _make(base):
    namespace = {"base": base}
    exec("class Point(base):\n    x: int\n    y: int = 2\n\n    def sum(self): return self.x + self.y", namespace)
    return namespace["Point"]


OURS, MODEL = _make(records.NamedTuple), _make(typing.NamedTuple)


@pytest.mark.parametrize("values, named", [((1,), {}), ((1, 3), {}), ((), {"x": 1}), ((1,), {"y": 5})])
def test_values_come_by_place_or_by_name_and_the_rest_by_default(values, named):
    ours, model = OURS(*values, **named), MODEL(*values, **named)
    assert (ours.x, ours.y, ours.sum()) == (model.x, model.y, model.sum())
    assert tuple(ours) == tuple(model) and json.dumps(ours) == json.dumps(model)


@pytest.mark.parametrize("values, named", [((), {}), ((1, 2, 3), {}), ((1,), {"z": 3}), ((), {"y": 1})])
def test_what_is_missing_or_too_much_is_an_error(values, named):
    for kind in (OURS, MODEL):
        with pytest.raises(TypeError):
            kind(*values, **named)


def test_one_is_replaced_and_nothing_is_changed():
    one = OURS(1)
    other = one._replace(y=7)
    assert (one, other) == ((1, 2), (1, 7)) and type(other) is OURS
    assert one == OURS(1) and hash(one) == hash(OURS(1))
    with pytest.raises(AttributeError):
        one.x = 3
