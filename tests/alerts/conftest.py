"""Alerts over a few rows, and a chat tool on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

DEFINITIONS = """
version: 1
name: acme
currency: USD
tables:
  sales: {file: sales.csv, key: id, time: sold_on, fields: {amount: {unit: money}}}
dimensions: {region: sales.region}
metrics:
  revenue: {expr: sum(sales.amount), label: Revenue, owner: cro@acme.example}
  east_share: {expr: (revenue where region = 'East') / revenue, unit: percent}
  average: avg(sales.amount)
targets:
  plan:
    metric: revenue
    grain: month
    values: {2026-01: 100, 2026-02: 100, 2026-03: 100}
    bands: {off track: below 80%, at risk: below 95%, on track: above}
alerts:
"""
#: East 60, 30, 45 and West <b> 40, 54, 46 in January, February and March: 100, 84, 91 together.
ROWS = [
    ("1", "East", "2026-01-10", "60"), ("2", "West <b>", "2026-01-20", "40"), ("3", "East", "2026-02-10", "30"),
    ("4", "West <b>", "2026-02-20", "54"), ("5", "East", "2026-03-10", "45"), ("6", "West <b>", "2026-03-20", "46"),
]  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the sales, without alerts yet; it is the working directory."""
    (tmp_path / "metrics.yaml").write_text(DEFINITIONS)
    (tmp_path / "sales.csv").write_text("\n".join(map(",".join, [("id", "region", "sold_on", "amount"), *ROWS])) + "\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ATTAIN_WEBHOOK", raising=False)
    return tmp_path


def add_alerts(shop: Path, *alerts: str) -> None:
    """Puts alerts, a line each, into the definitions."""
    (shop / "metrics.yaml").write_text(DEFINITIONS + "".join(f"  {alert}\n" for alert in alerts))


class ChatTool:
    """What was sent, and what is to be answered: a status for each request, 200 when they have run out."""

    def __init__(self) -> None:
        self.answers: list[int | tuple[int, dict[str, str]]] = []
        self.bodies: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.waited: list[float] = []
        self.url = ""

    @property
    def texts(self) -> list[str]:
        """The messages, as sent."""
        return [body["text"] for body in self.bodies]


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatTool]:
    """A chat tool that takes messages; nobody waits between attempts."""
    tool = ChatTool()

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            tool.bodies.append(json.loads(self.rfile.read(length)))
            tool.headers.append(dict(self.headers))
            answer = tool.answers.pop(0) if tool.answers else 200
            status, headers = answer if isinstance(answer, tuple) else (answer, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_POST

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    tool.url = f"http://127.0.0.1:{server.server_port}/services/T0/a-secret"
    monkeypatch.setattr("attain.run.webhook.time.sleep", tool.waited.append)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield tool
    server.shutdown()
    server.server_close()
    thread.join()
