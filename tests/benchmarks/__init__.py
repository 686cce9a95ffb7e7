"""Whole-process timings of layertui against its peers; run by hand, never collected by pytest."""
