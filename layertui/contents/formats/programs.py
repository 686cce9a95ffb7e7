"""Programs and what is run as one: for which machine, and what they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from layertui.contents.formats.fields import number, text_until_nul
from layertui.contents.kinds import Fact, Family, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from layertui.contents.formats.fields import Order
    from layertui.contents.kinds import Sample

_MACHINES = {
    2: "SPARC", 3: "x86", 4: "68000", 8: "MIPS", 20: "PowerPC", 21: "PowerPC 64", 22: "S390",
    40: "ARM", 43: "SPARC 64", 50: "Itanium", 62: "x86-64", 183: "ARM 64", 243: "RISC-V",
    247: "BPF", 258: "LoongArch",
}  # fmt: skip
_TYPES = {1: "object file", 2: "program", 3: "shared library", 4: "core dump"}
_INTERPRETER, _DYNAMIC, _NOTE = 3, 2, 4
_BUILD_ID = 3
_MOST_HEADERS = 512
_LONGEST_NAME = 256
_PE_MACHINES = {0x14C: "x86", 0x8664: "x86-64", 0xAA64: "ARM 64", 0x1C0: "ARM", 0x1C4: "ARM"}
_PE_LIBRARY = 0x2000
_MACH_MACHINES = {7: "x86", 0x01000007: "x86-64", 12: "ARM", 0x0100000C: "ARM 64"}
_MACH_TYPES = {1: "object file", 2: "program", 6: "shared library", 8: "bundle"}
_JAVA_SINCE = 44
"""What is taken from the version of a class for the version of Java, from 5 on."""
_SMALLEST_CLASS = 45
_PYTHONS = {
    3413: "3.8", 3425: "3.9", 3439: "3.10", 3495: "3.11", 3531: "3.12", 3571: "3.13", 3627: "3.14",
}  # fmt: skip


def program(sample: Sample) -> Kind | None:
    """Return what a program is, or None for anything else."""
    head = sample.head
    for magic, judge in _JUDGES:
        if head.startswith(magic):
            return judge(head)
    if head[2:4] == b"\r\n" and len(head) >= 16 and sample.name.endswith((b".pyc", b".opt")):
        return _python(head)
    return None


class _Elf(NamedTuple):
    """How the fields of an ELF file lie."""

    head: bytes
    is_wide: bool
    order: Order

    def field(self, narrow: tuple[int, int], wide: tuple[int, int], base: int = 0) -> int | None:
        """Return a number: offset and length for 32 bits, and for 64."""
        offset, length = wide if self.is_wide else narrow
        return number(self.head, base + offset, length, self.order)

    def segments(self) -> Iterator[tuple[int, int, int]]:
        """Yield type, offset and size of the segments that the head tells of."""
        start, size = self.field((28, 4), (32, 8)), self.field((42, 2), (54, 2))
        count = self.field((44, 2), (56, 2))
        if start is None or not size or count is None:
            return
        for each in range(min(count, _MOST_HEADERS)):
            base = start + each * size
            kind = number(self.head, base, 4, self.order)
            offset = self.field((4, 4), (8, 8), base)
            length = self.field((16, 4), (32, 8), base)
            if kind is not None and offset is not None and length is not None:
                yield kind, offset, length


def _elf(head: bytes) -> Kind:
    elf = _Elf(head, number(head, 4, 1) == 2, "big" if number(head, 5, 1) == 2 else "little")
    kind, machine = number(head, 16, 2, elf.order), number(head, 18, 2, elf.order)
    segments = [*elf.segments()]
    kinds = {segment[0] for segment in segments}
    name = _TYPES.get(kind or 0, "file")
    if kind == 3 and _INTERPRETER in kinds:
        name = "program"
    bits = "64" if elf.is_wide else "32"
    facts = [Fact("Machine", f"{_machine(machine)}, {bits} bit, {elf.order} endian")]
    if name == "program" and segments:
        facts.append(Fact("Linking", "dynamic" if _DYNAMIC in kinds else "static"))
    facts += _elf_facts(elf, segments)
    return Kind(Family.PROGRAM, f"ELF {name}", tuple(facts))


def _machine(machine: int | None) -> str:
    return _MACHINES.get(machine or 0) or f"machine {machine if machine is not None else 'unknown'}"


def _elf_facts(elf: _Elf, segments: list[tuple[int, int, int]]) -> Iterator[Fact]:
    for kind, offset, length in segments:
        if kind == _INTERPRETER:
            yield Fact("Loader", text_until_nul(elf.head, offset, min(length, _LONGEST_NAME)))
        elif kind == _NOTE and (identity := _build_id(elf, offset, length)):
            yield Fact("Build id", identity)


def _build_id(elf: _Elf, offset: int, length: int) -> str:
    """Return the build id of the notes, or empty."""
    end = offset + min(length, _LONGEST_NAME * 4)
    while offset + 12 <= end:
        names, size, kind = (number(elf.head, offset + each, 4, elf.order) for each in (0, 4, 8))
        if names is None or size is None or kind is None:
            return ""
        start = offset + 12 + -(-names // 4) * 4
        if kind == _BUILD_ID and elf.head[offset + 12 : offset + 16] == b"GNU\0":
            return elf.head[start : start + min(size, 64)].hex()
        offset = start + -(-size // 4) * 4
    return ""


def _windows(head: bytes) -> Kind | None:
    start = number(head, 60, 4)
    if start is None or head[start : start + 4] != b"PE\0\0":
        return None
    machine, flags = number(head, start + 4, 2), number(head, start + 22, 2)
    name = "library" if (flags or 0) & _PE_LIBRARY else "program"
    facts = (Fact("Machine", _PE_MACHINES.get(machine or 0, f"machine {machine}")),)
    return Kind(Family.PROGRAM, f"Windows {name} (PE)", facts)


def _mach(head: bytes) -> Kind:
    machine, kind = number(head, 4, 4), number(head, 12, 4)
    facts = (Fact("Machine", _MACH_MACHINES.get(machine or 0, f"machine {machine}")),)
    return Kind(Family.PROGRAM, f"Mach-O {_MACH_TYPES.get(kind or 0, 'file')}", facts)


def _web_assembly(head: bytes) -> Kind:
    version = number(head, 4, 4)
    facts = (Fact("Version", str(version)),) if version is not None else ()
    return Kind(Family.PROGRAM, "WebAssembly module", facts)


def _class_or_universal(head: bytes) -> Kind:
    """Return what it is: a class of Java and a program for several Macs start the same."""
    version = number(head, 6, 2, "big") or 0
    if version < _SMALLEST_CLASS:
        facts = (Fact("Machines", str(number(head, 4, 4, "big") or 0)),)
        return Kind(Family.PROGRAM, "Mach-O program for several machines", facts)
    return Kind(Family.PROGRAM, "Java class", (Fact("For", f"Java {version - _JAVA_SINCE}"),))


def _python(head: bytes) -> Kind:
    """Return what compiled Python is; the number of a version grows between releases."""
    magic = number(head, 0, 2) or 0
    version = next((name for last, name in _PYTHONS.items() if magic <= last), "")
    facts = (Fact("For", f"Python {version}"),) if version and magic >= 3390 else ()
    return Kind(Family.PROGRAM, "compiled Python", facts)


_JUDGES: tuple[tuple[bytes, Callable[[bytes], Kind | None]], ...] = (
    (b"\x7fELF", _elf),
    (b"MZ", _windows),
    (b"\0asm", _web_assembly),
    (b"\xca\xfe\xba\xbe", _class_or_universal),
    (b"\xcf\xfa\xed\xfe", _mach),
    (b"\xce\xfa\xed\xfe", _mach),
)
