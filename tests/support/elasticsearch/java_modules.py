"""Lets a jar do without Java modules that a trimmed Java does not have.

The class file format: Java Virtual Machine Specification, Java SE 21, §4.4 and §4.7.25.
"""

import shutil
import struct
import zipfile
from collections.abc import Collection
from pathlib import Path

_STATIC = 0x0040  # ACC_STATIC_PHASE: needed to compile, not to run
_UTF8, _CLASS, _MODULE = 1, 7, 19
_LONG, _DOUBLE = 5, 6
_SIZES = {
    3: 4, 4: 4, _LONG: 8, _DOUBLE: 8, _CLASS: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2,
    17: 4, 18: 4, _MODULE: 2, 20: 2,
}  # fmt: skip
"""Bytes of each kind of constant behind its tag, but for UTF-8."""


def modules_of(java: Path) -> frozenset[str]:
    """The names of the modules that a Java has, by its ``release`` file."""
    for line in (java / "release").read_text().splitlines():
        if line.startswith("MODULES="):
            return frozenset(line.partition("=")[2].strip('"').split())
    return frozenset()


def make_optional(jar: Path, modules: Collection[str]) -> None:
    """Change the jar's module so that it runs without these modules too."""
    changed = jar.with_suffix(".changed")
    with zipfile.ZipFile(jar) as source, zipfile.ZipFile(changed, "w") as target:
        for member in source.infolist():
            data = source.read(member)
            if member.filename == "module-info.class":
                data = _with_optional(data, modules)
            target.writestr(member, data)
    shutil.copymode(jar, changed)
    changed.replace(jar)


def _with_optional(class_file: bytes, modules: Collection[str]) -> bytes:
    data = bytearray(class_file)
    constants, at = _constants(data)
    at += 12  # access, this and super class; no interfaces, fields or methods
    (attributes,) = struct.unpack_from(">H", data, at)
    at += 2
    for _ in range(attributes):
        name, length = struct.unpack_from(">HI", data, at)
        at += 6
        if constants[name] == "Module":
            _mark(data, at, constants, modules)
        at += length
    return bytes(data)


def _constants(data: bytearray) -> tuple[dict[int, str | int], int]:
    """Texts, and the numbers of the names of classes and modules; and where the pool ends."""
    (count,) = struct.unpack_from(">H", data, 8)
    constants: dict[int, str | int] = {}
    at, number = 10, 1
    while number < count:
        tag = data[at]
        (value,) = struct.unpack_from(">H", data, at + 1)
        if tag == _UTF8:
            constants[number] = data[at + 3 : at + 3 + value].decode()
            at += 3 + value
        else:
            if tag in {_CLASS, _MODULE}:
                constants[number] = value
            at += 1 + _SIZES[tag]
        number += 2 if tag in {_LONG, _DOUBLE} else 1
    return constants, at


def _mark(
    data: bytearray, at: int, constants: dict[int, str | int], modules: Collection[str]
) -> None:
    """Mark what the Module attribute at this place requires of ``modules`` as optional."""
    (count,) = struct.unpack_from(">H", data, at + 6)
    for number in range(count):
        place = at + 8 + 6 * number
        index, flags = struct.unpack_from(">HH", data, place)
        name = constants[int(constants[index])]
        if name in modules:
            struct.pack_into(">H", data, place + 2, flags | _STATIC)
