"""Arrays by name, handed to compiled code as one address.

A rule reads some hundred arrays. Given as a named tuple each of them travels as seven numbers
through every call, and a function that does nothing takes a second to compile. A `Bundle` is one
pointer to a table of addresses and lengths; ``w.relation`` in compiled code builds the array from
its entry. Bundles may hold bundles. Lengths are not part of the type, so that every case and every
scenario runs the same machine code.

Entries never change while compiled code runs; that is said to the compiler (``invariant.load``),
which may then keep them in registers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)
from numba.np.numpy_support import from_dtype

from comity.simulate.compiled import widen

_WORD = ir.IntType(64)


class Bundle:
    """Arrays (C order) and further bundles by name; attributes of the same names give them back."""

    def __init__(self, items: Mapping[str, Any]) -> None:
        self._items = dict(items)
        table: list[int] = []
        fields: list[tuple[str, Any, int]] = []
        for name, item in self._items.items():
            if isinstance(item, Bundle):
                table.append(item.bundle_address)
                fields.append((name, item.numba_type, 0))
                continue
            assert item.flags.c_contiguous, name
            table += [item.ctypes.data, *item.shape]
            fields.append((name, item.dtype.str, item.ndim))
        self._table = np.array(table, np.int64)
        self.bundle_address = self._table.ctypes.data
        self.numba_type = BundleType(tuple(fields))

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_items"][name]
        except KeyError:
            raise AttributeError(name) from None


def as_bundle(values: Any) -> Bundle:
    """Return a named tuple of arrays and bundles as a bundle; arrays are copied where they must."""
    return Bundle(
        {
            name: item if isinstance(item, Bundle) else np.ascontiguousarray(item)
            for name, item in values._asdict().items()
        }
    )


class BundleType(types.Type):
    """The names, element types and dimensions of a bundle."""

    def __init__(self, fields: tuple[tuple[str, Any, int], ...]) -> None:
        self.fields = fields
        self.slots: dict[str, tuple[int, Any, int]] = {}
        place = 0
        for name, kind, ndim in fields:
            element = kind if isinstance(kind, BundleType) else from_dtype(np.dtype(kind))
            self.slots[name] = (place, element, ndim)
            place += 1 + ndim
        text = repr([(name, str(kind), ndim) for name, kind, ndim in fields])
        super().__init__(f"Bundle{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}")

    def of(self, name: str) -> Any:
        """Return the compiled type of a field."""
        _, element, ndim = self.slots[name]
        if isinstance(element, BundleType):
            return element
        return types.Array(element, ndim, "C", aligned=True)


@typeof_impl.register(Bundle)
def _typeof(value: Bundle, _context: Any) -> BundleType:
    return value.numba_type


@register_model(BundleType)
class _Model(models.PrimitiveModel):
    def __init__(self, manager: Any, bundle: BundleType) -> None:
        super().__init__(manager, bundle, _WORD.as_pointer())


@unbox(BundleType)
def _unbox(_type: BundleType, value: Any, context: Any) -> NativeValue:
    address = context.pyapi.object_getattr_string(value, "bundle_address")
    word = context.pyapi.long_as_longlong(address)
    context.pyapi.decref(address)
    return NativeValue(context.builder.inttoptr(word, _WORD.as_pointer()))


@infer_getattr
class _Attribute(AttributeTemplate):
    key = BundleType

    def generic_resolve(self, bundle: BundleType, name: str) -> Any:
        return bundle.of(name) if name in bundle.slots else None


@lower_getattr_generic(BundleType)
def _get(context: Any, builder: Any, bundle: BundleType, pointer: Any, name: str) -> Any:
    place, element, ndim = bundle.slots[name]
    widen(builder.function)
    unchanging = builder.module.add_metadata([])

    def load(entry: int) -> Any:
        word = builder.load(builder.gep(pointer, [ir.Constant(ir.IntType(32), entry)]))
        word.set_metadata("invariant.load", unchanging)
        return word

    data = load(place)
    if isinstance(element, BundleType):
        return builder.inttoptr(data, _WORD.as_pointer())
    shape = [load(place + 1 + k) for k in range(ndim)]
    kind = context.get_data_type(element)
    size = ir.Constant(_WORD, context.get_abi_sizeof(kind))
    strides = [size]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    items = shape[0]
    for length in shape[1:]:
        items = builder.mul(items, length, flags=["nsw"])
    # Field by field, since numba's own way of filling an array takes ten times as long to compile.
    model = context.data_model_manager[bundle.of(name)]
    array = ir.Constant(model.get_value_type(), None)
    values = {"nitems": items, "itemsize": size, "data": builder.inttoptr(data, kind.as_pointer())}
    for field, value in values.items():
        array = builder.insert_value(array, value, model.get_field_position(field))
    for field, numbers in (("shape", shape), ("strides", strides)):
        for k, number in enumerate(numbers):
            array = builder.insert_value(array, number, (model.get_field_position(field), k))
    return array
