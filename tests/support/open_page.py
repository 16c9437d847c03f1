#!/usr/bin/env python3
"""Opens an HTML page in a headless browser, under Jenkins' default Content-Security-Policy.

usage: open_page.py BROWSER FILE [--width N]... [--dark] [--pictures DIRECTORY]

Serves FILE on loopback with the policy, opens it at each width, and drives the browser through its
DevTools pipe. Prints one JSON line a width: {"width", "content_width", "requests", "errors"}, where
requests are the URLs asked for besides the page's own, and errors what the console tells, blocked
scripts, styles and requests among it. With --pictures, leaves a screenshot a width there. --dark
asks for dark colours.
"""
import argparse
import base64
import functools
import http.server
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

# DirectoryBrowserSupport of Jenkins core.
POLICY = "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self';"


class Handler(http.server.BaseHTTPRequestHandler):
    def __init__(self, page, *arguments):
        self.page = page
        super().__init__(*arguments)

    def do_GET(self):
        found = self.path == "/report.html"
        # The browser itself looks for an icon.
        self.send_response(200 if found else 204 if self.path == "/favicon.ico" else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(self.page if found else b"")

    def log_message(self, *arguments):
        pass


class Browser:
    """The DevTools protocol: JSON messages, each ended by NUL, on descriptors 3 and 4."""

    def __init__(self, program, profile):
        from_us, self.to_browser = os.pipe()
        self.from_browser, to_us = os.pipe()

        def place_descriptors():
            high = [os.dup(from_us), os.dup(to_us)]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", f"--user-data-dir={profile}", "--remote-debugging-pipe"],
            preexec_fn=place_descriptors, close_fds=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(from_us)
        os.close(to_us)
        self.pending = b""
        self.events = []
        self.last = 0
        self.session = None

    def read(self):
        while b"\0" not in self.pending:
            piece = os.read(self.from_browser, 1 << 16)
            if not piece:
                raise SystemExit("the browser has ended")
            self.pending += piece
        message, self.pending = self.pending.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **parameters):
        self.last += 1
        message = {"id": self.last, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.read()
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method):
        while not any(event.get("method") == method for event in self.events):
            self.events.append(self.read())

    def close(self):
        self.session = None
        self.call("Browser.close")
        self.process.wait(timeout=30)


def open_details(browser):
    root = browser.call("DOM.getDocument")["root"]["nodeId"]
    for node in browser.call("DOM.querySelectorAll", nodeId=root, selector="details")["nodeIds"]:
        browser.call("DOM.setAttributeValue", nodeId=node, name="open", value="")


def look_at(browser, url, width, dark):
    browser.session = None
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    browser.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ("Page", "Log", "Network", "Runtime", "Audits"):
        browser.call(f"{domain}.enable")
    browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900,
                 deviceScaleFactor=1, mobile=False)
    if dark:
        browser.call("Emulation.setEmulatedMedia",
                     features=[{"name": "prefers-color-scheme", "value": "dark"}])
    browser.events.clear()
    browser.call("Page.navigate", url=url)
    browser.wait_for("Page.loadEventFired")
    open_details(browser)
    # A round trip more, so that what the page set off has been told.
    size = browser.call("Page.getLayoutMetrics")["cssContentSize"]
    requests, errors = [], []
    for event in browser.events:
        parameters = event.get("params", {})
        if event.get("method") == "Network.requestWillBeSent":
            requests.append(parameters["request"]["url"])
        elif event.get("method") == "Log.entryAdded":
            errors.append(parameters["entry"]["text"])
        elif event.get("method") == "Runtime.consoleAPICalled":
            errors.append(str(parameters["args"]))
        elif event.get("method") == "Audits.issueAdded":
            errors.append(parameters["issue"]["code"])
    requests = [asked for asked in requests if asked != url and not asked.endswith("/favicon.ico")]
    picture = base64.b64decode(browser.call("Page.captureScreenshot",
                                            captureBeyondViewport=True)["data"])
    return {"width": width, "content_width": size["width"], "requests": requests,
            "errors": errors}, picture


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("browser")
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--width", type=int, action="append", default=[])
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--pictures", type=pathlib.Path)
    arguments = parser.parse_args()
    handler = functools.partial(Handler, arguments.file.read_bytes())
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/report.html"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(arguments.browser, profile)
        for width in arguments.width or [1440]:
            seen, picture = look_at(browser, url, width, arguments.dark)
            print(json.dumps(seen))
            if arguments.pictures:
                ground = "dark" if arguments.dark else "light"
                name = f"{arguments.file.parent.name}-{width}-{ground}.png"
                (arguments.pictures / name).write_bytes(picture)
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    sys.exit(main())
