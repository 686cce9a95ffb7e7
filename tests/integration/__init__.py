"""The readers against real container tools.

A tool that is missing skips its tests and says which; with `LAYERTUI_REQUIRE_INTEGRATION=1` it
fails them instead, so that an automatic run cannot pass by testing nothing.
"""
