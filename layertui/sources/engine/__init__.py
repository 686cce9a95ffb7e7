"""Images and containers of Docker and Podman.

    surroundings -> endpoints -> Engine (a service on a socket, or the podman command)
    name -> Engine.inspect -> EngineSource -> Image, nothing exported yet
    first layer read -> export -> a thread spools and hashes it -> layers, as they pass by

What is exported is spooled to unnamed temporary files, which the system removes whatever happens
to this process. Only this package knows the Docker SDK; it is loaded when an engine is asked.
"""

from layertui.sources.engine.finding import ENGINES, find_by_name, open_in_engine
from layertui.sources.engine.listing import images_in

__all__ = ["ENGINES", "find_by_name", "images_in", "open_in_engine"]
