"""Chromium without a window, driven over a pipe by the DevTools protocol.

https://chromedevtools.github.io/devtools-protocol/: messages are JSON, each ended by NUL.
"""

from __future__ import annotations

import json
import os
import subprocess
from base64 import b64decode
from contextlib import suppress
from threading import Timer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

TIMEOUT = 120
"""Seconds after which a browser is taken to hang."""

_OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--remote-debugging-pipe",
)  # fmt: skip


class Page:
    """A page in a browser of its own.

    Args:
        folder: Where the browser keeps its profile.
        size: Pixels wide and high.
        scripts: Whether the page may run any.
        dark: Whether the reader likes it dark.
    """

    def __init__(
        self, folder: Path, size: tuple[int, int], *, scripts: bool = True, dark: bool = False
    ) -> None:
        self.events: list[dict[str, Any]] = []
        self._number = 0
        commands, self._to = os.pipe()
        self._from, answers = os.pipe()
        for end in (commands, answers):
            os.set_inheritable(end, True)
        # the browser reads from descriptor 3 and writes to 4
        shell = f'exec "$@" 3<&{commands} 4>&{answers}'
        environment = {**os.environ, "HOME": str(folder)}
        self._process = subprocess.Popen(
            ["bash", "-c", shell, "bash", "chromium", *_OPTIONS, f"--user-data-dir={folder}",
             f"--window-size={size[0]},{size[1]}"],
            pass_fds=(commands, answers), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=environment,
        )  # fmt: skip
        os.close(commands)
        os.close(answers)
        self._answers = os.fdopen(self._from, "rb")
        self._deadline = Timer(TIMEOUT, self._process.kill)
        self._deadline.start()
        self._rest = b""
        self._session = ""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        attached = self.send("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.send(f"{domain}.enable")
        self.send("Emulation.setScriptExecutionDisabled", value=not scripts)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        width, height = size
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)  # fmt: skip

    def send(self, method: str, **parameters: Any) -> Any:
        """Send a command and return its result."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._to, data) :]
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return answer["result"]
            self.events.append(answer)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            more = os.read(self._from, 1 << 16)
            assert more, "the browser has gone away"
            self._rest += more
        data, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(data)
        return message

    def open(self, path: Path) -> None:
        """Open a file and wait until it is loaded and drawn."""
        self.send("Page.navigate", url=path.as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self._read())

    def ask(self, expression: str) -> Any:
        """Return the value of an expression, after a frame was drawn."""
        drawn = "new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))"
        result = self.send(
            "Runtime.evaluate", expression=f"{drawn}.then(() => ({expression}))",
            awaitPromise=True, returnByValue=True,
        )  # fmt: skip
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def click(self, x: float, y: float) -> None:
        """Click at a place."""
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key: str) -> None:
        """Press a key."""
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key)

    def picture(self) -> bytes:
        """Return what is to be seen as PNG."""
        return b64decode(self.send("Page.captureScreenshot", format="png")["data"])

    def requested(self) -> list[str]:
        """Return the URLs that were asked for."""
        return [
            event["params"]["request"]["url"]
            for event in self.events
            if event["method"] == "Network.requestWillBeSent"
        ]

    def complaints(self) -> list[Any]:
        """Return what the browser and the script of the page complained of."""
        kinds = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
        return [event["params"] for event in self.events if event["method"] in kinds]

    def close(self) -> None:
        """End the browser."""
        self._deadline.cancel()
        with suppress(OSError):
            os.close(self._to)
        self._process.terminate()
        self._process.wait()
        self._answers.close()
