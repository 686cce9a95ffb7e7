"""Files of some kinds, as small as they can be."""

from __future__ import annotations

import struct
import zlib

PROGRAM = """#!/usr/bin/env python3
# Sells what there is in the shop.
import sys

PRICES = {"apple": 1.20, "pear": 1.35}


def total(names):
    \"\"\"Return what names cost together.\"\"\"
    return sum(PRICES[name] for name in names)


if __name__ == "__main__":
\tprint(f"{total(sys.argv[1:]):.2f} \u20ac")
"""

CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBtjCCAVugAwIBAgITBmyf1XSXNmY/Owua2eiedgPySjAKBggqhkjOPQQDAjA5
MQswCQYDVQQGEwJVUzEPMA0GA1UEChMGQW1hem9uMRkwFwYDVQQDExBBbWF6b24g
Um9vdCBDQSAzMB4XDTE1MDUyNjAwMDAwMFoXDTQwMDUyNjAwMDAwMFowOTELMAkG
A1UEBhMCVVMxDzANBgNVBAoTBkFtYXpvbjEZMBcGA1UEAxMQQW1hem9uIFJvb3Qg
Q0EgMzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCmXp8ZBf8ANm+gBG1bG8lKl
ui2yEujSLtf6ycXYqm0fc4E7O5hrOXwzpcVOho6AF2hiRVd9RFgdszflZwjrZt6j
QjBAMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgGGMB0GA1UdDgQWBBSr
ttvXBp43rDCGB5Fwx5zEGbF4wDAKBggqhkjOPQQDAgNJADBGAiEA4IWSoxe3jfkr
BqWTrBqYaGFy+uGh0PsceGCmQ5nFuMQCIQCcAu/xlJyzlvnrxir4tiz+OpAUFteM
YyRIHN8wfdVoOw==
-----END CERTIFICATE-----
"""
"""A public root certificate with an elliptic curve, valid from 2015 to 2040."""


def png(width: int, height: int) -> bytes:
    """Return the start of a picture."""
    body = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + body
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", zlib.crc32(b"IHDR" + body)) + bytes(800)


def elf() -> bytes:
    """Return a program for x86-64 that names its loader, and then counts."""
    head = b"\x7fELF\x02\x01\x01" + bytes(9)
    head += struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0x1000, 64, 0, 0, 64, 56, 2, 0, 0, 0)
    loader = b"/lib64/ld-linux-x86-64.so.2\0"
    head += struct.pack("<IIQQQQQQ", 3, 4, 64 + 112, 0, 0, len(loader), len(loader), 1)
    head += struct.pack("<IIQQQQQQ", 2, 6, 256, 0, 0, 64, 64, 8)
    return head + loader + bytes(each & 255 for each in range(9_000))
