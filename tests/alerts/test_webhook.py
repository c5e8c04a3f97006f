"""What a chat tool is sent, when it is sent again, and what is never shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from attain.cli import main

from .conftest import ChatTool, add_alerts

Capture = pytest.CaptureFixture[str]
BEHIND = "behind: {metric: revenue, grain: month, when: below 95}"
EAST = "east: {label: East is low, metric: revenue, grain: month, by: [region], when: below 46}"


def look(chat: ChatTool, as_of: str, *options: str) -> int:
    """One morning: with the webhook and the state."""
    return main(["alerts", "--as-of", as_of, "--webhook", chat.url, "--state", "state.json", *options])


def test_a_message_for_what_fires(shop: Path, chat: ChatTool, capsys: Capture) -> None:
    add_alerts(shop, "west: {metric: revenue, grain: month, by: [region], when: above 45}")
    assert look(chat, "2026-03-31") == 1
    assert chat.texts == [
        "acme: 1 alert fires (as of 2026-03-31)\n"
        "• west - Revenue, region West &lt;b&gt;, month of 2026-03-01: $46.00 is above $45.00 [cro@acme.example]"
    ]
    assert chat.headers[0]["Content-Type"] == "application/json" and chat.waited == []


def test_nothing_is_sent_where_nothing_fires(shop: Path, chat: ChatTool) -> None:
    add_alerts(shop, "low: {metric: revenue, when: below 1}")
    assert look(chat, "2026-03-31") == 0
    assert chat.bodies == []


def test_nothing_is_sent_twice_for_the_same_state(shop: Path, chat: ChatTool, capsys: Capture) -> None:
    """February fires, March fires; every day of March and April looks at one of them."""
    add_alerts(shop, BEHIND)
    for day in ("2026-03-02", "2026-03-03", "2026-03-30"):
        assert look(chat, day) == 1
    assert [text.count("month of 2026-02-01: $84.00") for text in chat.texts] == [1]
    assert "(said before)" in capsys.readouterr().out
    for day in ("2026-03-31", "2026-04-01"):
        assert look(chat, day) == 1
    assert len(chat.texts) == 2 and "month of 2026-03-01: $91.00" in chat.texts[1]


def test_it_is_sent_again_after_it_was_quiet(shop: Path, chat: ChatTool) -> None:
    """Of all time: 275, then 285 and 275 again."""
    add_alerts(shop, "low: {metric: revenue, when: below 280}")
    rows = (shop / "sales.csv").read_text()
    assert [look(chat, day) for day in ("2026-03-31", "2026-04-01")] == [1, 1]
    (shop / "sales.csv").write_text(f"{rows}7,East,2026-04-02,10\n")
    assert look(chat, "2026-04-02") == 0
    assert len(chat.texts) == 1
    (shop / "sales.csv").write_text(rows)
    assert look(chat, "2026-04-03") == 1
    assert len(chat.texts) == 2


def test_only_what_is_new_is_sent(shop: Path, chat: ChatTool) -> None:
    add_alerts(shop, BEHIND)
    look(chat, "2026-03-31")
    add_alerts(shop, BEHIND, EAST)
    assert look(chat, "2026-03-31") == 1
    assert "behind" not in chat.texts[1] and "East is low - Revenue, region East" in chat.texts[1]


def test_a_band_is_said_when_it_is_entered(shop: Path, chat: ChatTool) -> None:
    """100% in January, 84% in February and 91% in March: at risk is entered once."""
    add_alerts(shop, "risk: {target: plan, when: band at risk}")
    assert [look(chat, day) for day in ("2026-01-31", "2026-02-28", "2026-03-31")] == [0, 1, 1]
    assert len(chat.texts) == 1 and "at risk: 84% of plan" in chat.texts[0]


def test_looking_at_one_alert_forgets_nothing_of_the_others(shop: Path, chat: ChatTool) -> None:
    add_alerts(shop, BEHIND, EAST)
    look(chat, "2026-03-31")
    look(chat, "2026-03-31", "east")
    look(chat, "2026-03-31")
    assert len(chat.texts) == 1
    add_alerts(shop, EAST)
    look(chat, "2026-03-31")
    assert list(json.loads((shop / "state.json").read_text())["said"]) == ["east"]


def test_it_is_tried_again_where_that_can_help(shop: Path, chat: ChatTool) -> None:
    add_alerts(shop, BEHIND)
    chat.answers = [503, (429, {"Retry-After": "7"}), 500]
    assert look(chat, "2026-03-31") == 1
    assert len(set(chat.texts)) == 1 and len(chat.texts) == 4
    assert chat.waited == [1, 7, 4]
    assert len({headers["Idempotency-Key"] for headers in chat.headers}) == 1


@pytest.mark.parametrize(
    ("answers", "attempts", "reason"),
    [
        ([404], 1, "it answers 404"),
        ([500, 500, 500, 500], 4, "it answers 500"),
        ([(302, {"Location": "/elsewhere"})], 1, "it leads elsewhere (302)"),
    ],
)
def test_what_was_not_taken_is_not_said(
    shop: Path, chat: ChatTool, capsys: Capture, answers: list[int], attempts: int, reason: str
) -> None:
    add_alerts(shop, BEHIND)
    chat.answers = list(answers)
    assert look(chat, "2026-03-31") == 3
    captured = capsys.readouterr()
    assert f"error[webhook-failed]: 127.0.0.1 did not take the message: {reason}" in captured.err
    assert "secret" not in captured.out + captured.err
    assert len(chat.bodies) == attempts and not (shop / "state.json").exists()
    assert "fires  behind" in captured.out  # it is shown all the same
    assert look(chat, "2026-03-31") == 1
    assert len(chat.bodies) == attempts + 1


def test_the_address_comes_from_the_environment(shop: Path, chat: ChatTool, monkeypatch: pytest.MonkeyPatch) -> None:
    add_alerts(shop, BEHIND)
    monkeypatch.setenv("ATTAIN_WEBHOOK", chat.url)
    assert main(["alerts", "--as-of", "2026-03-31"]) == 1
    assert len(chat.texts) == 1
    assert not list(shop.glob("*.json"))


@pytest.mark.parametrize(
    "address",
    ["ftp://host/a-secret", "a-secret", "http://", "https://user:a-secret@host/x", "http://host:99999/a-secret",
     "file:///etc/a-secret", "http://host/a-secret x"],
)  # fmt: skip
def test_no_address(shop: Path, capsys: Capture, address: str) -> None:
    add_alerts(shop, BEHIND)
    assert main(["alerts", "--webhook", address]) == 2
    captured = capsys.readouterr()
    assert "error[wrong-value]" in captured.err and "secret" not in captured.err and captured.out == ""


@pytest.mark.parametrize("text", ["", "[]", '{"said": {}}', '{"attain_alerts": 1, "said": {"a": 1}}'])
def test_a_state_that_is_none_is_not_written_over(shop: Path, capsys: Capture, text: str) -> None:
    add_alerts(shop, BEHIND)
    (shop / "state.json").write_text(text)
    assert main(["alerts", "--state", "state.json"]) == 3
    assert "error[state-file]" in capsys.readouterr().err
    assert (shop / "state.json").read_text() == text


def test_many_are_one_message(shop: Path, chat: ChatTool) -> None:
    rows = [f"{i},r{i},2026-03-05,1" for i in range(40)]
    (shop / "sales.csv").write_text("\n".join(["id,region,sold_on,amount", *rows, ""]))
    add_alerts(shop, EAST)
    assert look(chat, "2026-03-31") == 1
    [text] = chat.texts
    assert text.startswith("acme: 40 alerts fire") and text.endswith("\nand 10 more: attain alerts")
    assert text.count("•") == 30
