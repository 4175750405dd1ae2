"""One page of the browser as a reader uses it: open, look, click, press, type; and what went wrong meanwhile."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

from devtools import KEYS, UNTIL_LIMIT_MS, Browser, DevtoolsError

WIDE = (1400, 1000)
NARROW = (390, 844)
CLICKS = 3
"""How often a click is tried that went elsewhere since the page had just moved, as a person does."""


@cache
def _probes() -> str:
    return Path(__file__).with_name("probes.js").read_text(encoding="utf-8")


class Page:
    """A tab with its own storage. Coordinates are CSS pixels of the viewport."""

    def __init__(self, browser: Browser, size: tuple[int, int] = WIDE) -> None:
        self._browser = browser
        self._context = browser.command("Target.createBrowserContext")["browserContextId"]
        target = browser.command("Target.createTarget", url="about:blank", browserContextId=self._context)
        attached = browser.command("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self.session: str = attached["sessionId"]
        self.url = ""
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.command(f"{domain}.enable")
        self.command("Emulation.setFocusEmulationEnabled", enabled=True)
        self.resize(size)

    def command(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of a DevTools command of this page."""
        return self._browser.command(method, self.session, **params)

    def resize(self, size: tuple[int, int]) -> None:
        """Set the viewport; a narrow one is that of a phone, in which too wide content shows as page scroll."""
        width, height = size
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                     screenWidth=width, screenHeight=height, mobile=width < 600)  # fmt: skip

    def reset(self, size: tuple[int, int] = WIDE) -> None:
        """As new, in the same process: nothing open, nothing remembered."""
        self.command("Page.navigate", url="about:blank")
        self._browser.command("Browser.resetPermissions", browserContextId=self._context)
        self.command("Emulation.setEmulatedMedia", media="")
        self.resize(size)
        self.complaints()
        self._browser.forget(self.session)
        self.url = ""

    def open(self, file: Path, fragment: str = "") -> None:
        """Load a file and wait for its load event."""
        self.go(file.as_uri(), fragment)

    def go(self, url: str, fragment: str = "") -> None:
        """Load an address and wait for its load event."""
        self.url = url
        self._browser.forget(self.session, "Page.loadEventFired")
        answer = self.command("Page.navigate", url=self.url + (f"#{fragment}" if fragment else ""))
        if answer.get("errorText"):
            raise DevtoolsError(f"{self.url}: {answer['errorText']}")
        self._browser.wait("Page.loadEventFired", self.session)
        self.settle()

    def settle(self) -> None:
        """Wait for two frames: what a click or a key caused has been laid out."""
        self.js("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")

    def js(self, expression: str, *, gesture: bool = False, more_s: float = 0.0) -> Any:
        """The JSON value of an expression in the page; promises are awaited, `more_s` longer than an answer."""
        answer = self.command("Runtime.evaluate", more_s=more_s, expression=expression, awaitPromise=True,
                              returnByValue=True, userGesture=gesture)  # fmt: skip
        if thrown := answer.get("exceptionDetails"):
            text = thrown.get("exception", {}).get("description") or thrown.get("text")
            raise DevtoolsError(f"{text}\nin: {expression[:300]}")
        return answer["result"].get("value")

    def probe(self, name: str, *given: Any) -> Any:
        """The answer of one function of probes.js."""
        return self.js(f"{_probes()}.{name}({', '.join(json.dumps(one) for one in given)})")

    def until(self, condition: str, limit_ms: int = UNTIL_LIMIT_MS) -> None:
        """Wait, frame by frame, for a condition in the page. Raises DevtoolsError after the limit."""
        self.js(
            f"new Promise((yes, no) => {{ const end = performance.now() + {limit_ms}; (function look() {{"
            f" if ({condition}) yes(true); else if (performance.now() > end) no(new Error('not in {limit_ms} ms: ' +"
            f" {json.dumps(condition)})); else requestAnimationFrame(look); }})(); }})",
            more_s=limit_ms / 1000,
        )

    def text(self, selector: str) -> str:
        """The visible text of the first element, white space folded."""
        return " ".join(str(self.js(f"document.querySelector({json.dumps(selector)}).innerText")).split())

    def click(self, selector: str) -> None:
        """Click the middle of the first line of an element with the mouse; fails if something else is there."""
        for _ in range(CLICKS):
            at = self.probe("place", selector)
            if at.get("problem"):
                raise DevtoolsError(f"{selector}: {at['problem']}")
            for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
                self.command("Input.dispatchMouseEvent", type=kind, x=at["x"], y=at["y"], button="left",
                             clickCount=0 if kind == "mouseMoved" else 1)  # fmt: skip
            self.settle()
            if not self.js("window.missedClick === true"):
                return
        raise DevtoolsError(f"{selector}: the page moved under the mouse")

    def choose(self, selector: str, value: str) -> None:
        """Choose an option of a select by its value, as a person does: the page hears of the change."""
        self.js(
            f"(e => {{ if (![...e.options].some(o => o.value === {json.dumps(value)})) throw new Error('no such option: ' +"
            f" [...e.options].map(o => o.value)); e.value = {json.dumps(value)};"
            f" e.dispatchEvent(new Event('change', {{bubbles: true}})); }})(document.querySelector({json.dumps(selector)}))"
        )
        self.settle()

    def enter(self, selector: str, said: str) -> None:
        """Put the text in the place of what a field holds."""
        self.js(f"document.querySelector({json.dumps(selector)}).select()")
        self.js(f"document.querySelector({json.dumps(selector)}).focus()")
        self.type(said)
        self.settle()

    def press(self, key: str, *, modifiers: int = 0) -> None:
        """Press and release a key: a name of `KEYS` or one letter."""
        code, said = KEYS.get(key, (ord(key[0].upper()), key))
        name = {" ": "Space"}.get(key, key if key in KEYS else f"Key{key.upper()}")
        for kind in ("keyDown" if said else "rawKeyDown", "keyUp"):
            self.command("Input.dispatchKeyEvent", type=kind, key=key, code=name, windowsVirtualKeyCode=code,
                         modifiers=modifiers, text=said if kind == "keyDown" else "")  # fmt: skip

    def type(self, said: str) -> None:
        """Enter text where the focus is, as an input method does."""
        self.command("Input.insertText", text=said)

    def grant(self, *permissions: str) -> None:
        """Give the page permissions for which a person would be asked."""
        self._browser.command(
            "Browser.grantPermissions", permissions=list(permissions), browserContextId=self._context
        )

    def media(self, name: str) -> None:
        """Lay the page out for `print` or `screen`."""
        self.command("Emulation.setEmulatedMedia", media=name)
        self.settle()

    def pdf(self) -> bytes:
        """The page as the print dialogue would save it."""
        answer = self.command("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        return base64.b64decode(answer["data"])

    def screenshot(self, file: Path, *, whole: bool = False) -> Path:
        """Save what is in the viewport, or the `whole` page, as PNG."""
        answer = self.command("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(answer["data"]))
        return file

    def requests(self) -> list[str]:
        """The addresses asked for since the page was new, without those the page's own policy stopped."""
        self.js("true")  # events come in order: what happened before this answer has arrived
        failed = self._browser.events(self.session, "Network.loadingFailed")
        stopped = {event["requestId"] for event in failed if event.get("blockedReason") == "csp"}
        events = self._browser.events(self.session, "Network.requestWillBeSent")
        return [str(event["request"]["url"]) for event in events if event["requestId"] not in stopped]

    def complaints(self) -> list[str]:
        """Console errors and warnings, exceptions and dialogues so far, in words."""
        self.js("true")  # events come in order: what happened before this answer has arrived
        out = []
        for event in self._browser.events(self.session, "Runtime.consoleAPICalled"):
            if event["type"] in ("error", "warning", "assert"):
                said = [str(one.get("value", one.get("description"))) for one in event["args"]]
                out.append(f"console.{event['type']}: {' '.join(said)}")
        for event in self._browser.events(self.session, "Runtime.exceptionThrown"):
            out.append(f"exception: {event['exceptionDetails'].get('exception', {}).get('description')}")
        for event in self._browser.events(self.session, "Log.entryAdded"):
            if event["entry"]["level"] in ("error", "warning"):
                out.append(f"log: {event['entry']['text']}")
        for event in self._browser.events(self.session, "Page.javascriptDialogOpening"):
            out.append(f"dialogue: {event['message']}")
        return out

    def close(self) -> None:
        """Close the tab and drop its storage."""
        self._browser.command("Target.disposeBrowserContext", browserContextId=self._context)
        self._browser.forget(self.session)
