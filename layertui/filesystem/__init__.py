"""The layers' indexes as one merged filesystem that remembers every version of every path."""
