"""The capabilities that a file gives to whoever runs it.

Source of the rules: Linux, include/uapi/linux/capability.h, `struct vfs_ns_cap_data`: a word of
revision and flags, two words (permitted, inheritable) for each 32 capabilities, and in the third
revision the user id of the root that they hold for; all little-endian.
"""

from __future__ import annotations

from struct import unpack_from

ATTRIBUTE = b"security.capability"
"""The extended attribute that holds them."""

_NAMES = (
    "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid",
    "setpcap", "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw",
    "ipc_lock", "ipc_owner", "sys_module", "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct",
    "sys_admin", "sys_boot", "sys_nice", "sys_resource", "sys_time", "sys_tty_config", "mknod",
    "lease", "audit_write", "audit_control", "setfcap", "mac_override", "mac_admin", "syslog",
    "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf", "checkpoint_restore",
)  # fmt: skip
_WORDS = {0x01000000: 1, 0x02000000: 2, 0x03000000: 2}
_REVISION = 0xFF000000
_EFFECTIVE = 1


def capabilities(value: bytes) -> str:
    """Return the capabilities of a `security.capability` as getcap writes them, or nothing.

    `cap_net_bind_service=ep`: permitted, and effective at once; `i`: inherited. Nothing stands
    for a value that gives none or that is not one.
    """
    if len(value) < 4:
        return ""
    (head,) = unpack_from("<I", value)
    words = _WORDS.get(head & _REVISION, 0)
    if not words or len(value) < 4 + 8 * words:
        return ""
    pairs = [unpack_from("<II", value, 4 + 8 * word) for word in range(words)]
    permitted = sum(pair[0] << 32 * word for word, pair in enumerate(pairs))
    inheritable = sum(pair[1] << 32 * word for word, pair in enumerate(pairs))
    effective = "e" if head & _EFFECTIVE else ""
    by_flags: dict[str, list[str]] = {}
    for number in range(32 * words):
        flags = ("p" if permitted >> number & 1 else "") + (
            "i" if inheritable >> number & 1 else ""
        )
        if flags:
            by_flags.setdefault(effective + flags, []).append(_name(number))
    return " ".join(f"{','.join(names)}={flags}" for flags, names in by_flags.items())


def _name(number: int) -> str:
    return f"cap_{_NAMES[number]}" if number < len(_NAMES) else f"cap_{number}"
