"""What the kernel's compiler promises beyond numba's own."""

import gc

import pytest
from llvmlite.binding import ffi

from comity.simulate.compiled import compiled, from_python, inlined_part, part
from comity.simulate.machine_code import undisturbed
from comity.simulate.transforms import fused, quotient


@part()
def _twice(x):
    return 2.0 * x


@inlined_part()
def _more(x, y):
    return _twice(x) + y


@compiled()
def _chosen(x):
    high = quotient(x, 2.0 if x > 0.5 else 4.0)
    return fused(x, 2.0 if x > 1.0 else 3.0, high)  # pyright: ignore


def test_a_part_called_from_python_says_what_to_do():
    with pytest.raises(TypeError, match=r"_twice is a part.*from_python"):
        _twice(1.0)
    with pytest.raises(TypeError, match="_more is a part"):
        _more(1.0, 2.0)


def test_parts_can_be_wrapped_for_python():
    assert from_python(_more)(1.5, 0.25) == 3.25


def test_an_argument_may_depend_on_a_condition():
    assert [_chosen(2.0), _chosen(0.25)] == [5.0, 0.8125]


@pytest.mark.parametrize("fails", [False, True])
def test_garbage_is_looked_for_and_calls_are_reported_again_after_compiling(
    fails: bool, monkeypatch: pytest.MonkeyPatch
):
    assert gc.isenabled()
    told = [(lambda: None, lambda: None)]
    monkeypatch.setattr(ffi.lib._lock, "_cblist", told)
    try:
        with undisturbed():
            assert not gc.isenabled()
            assert not ffi.lib._lock._cblist
            if fails:
                raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert gc.isenabled()
    assert ffi.lib._lock._cblist == told
