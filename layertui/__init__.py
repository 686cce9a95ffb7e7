"""Explore container images layer by layer, and judge them in CI."""

__version__ = "0.1.0"
