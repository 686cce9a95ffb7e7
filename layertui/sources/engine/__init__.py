"""Images and containers of Docker and Podman.

    surroundings -> endpoints -> Engine (a service on a socket, or the podman command)
    name -> Engine.inspect -> EngineSource -> Image, nothing exported yet
    first layer read -> export -> a thread spools and hashes it -> layers, as they pass by

What is exported is spooled to unnamed temporary files, which the system removes whatever happens
to this process. Only this package knows the Docker SDK; it is loaded when an engine is asked.
"""

from layertui.sources.engine.finding import find_by_name, open_in_engine

__all__ = ["find_by_name", "open_in_engine"]
