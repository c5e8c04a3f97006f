"""Waiting for a statement: Ctrl-C and the time limit stop it, and somebody may watch how far it is."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from attain.base.problem import Problem
from attain.base.span import Span
from attain.run.engine import INTERRUPTED, Progress, RunProblem, TimedOut

T = TypeVar("T")
_POLL = 0.05


class _Work(Generic[T]):
    """A call in a thread of its own, so that the main thread stays free for signals."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._call = call
        self._value: list[T] = []
        self._error: BaseException | None = None
        self.done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="attain-run", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._value.append(self._call())
        except BaseException as error:
            self._error = error
        finally:
            self.done.set()

    def result(self) -> T:
        """What the call gave or raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._value[0]

    def stop(self, interrupt: Callable[[], object], patience: float = 5.0) -> None:
        """Interrupts until the call has ended: an interrupt that comes before the statement starts is lost."""
        end = time.monotonic() + patience
        while not self.done.is_set() and time.monotonic() < end:
            interrupt()
            self.done.wait(_POLL)


def watch(
    call: Callable[[], T],
    interrupt: Callable[[], object],
    timeout: float | None = None,
    progress: Progress | None = None,
    measure: Callable[[], float] | None = None,
) -> T:
    """What `call` gives. Raises RunProblem `interrupted` on Ctrl-C and after `timeout` seconds, having stopped it."""
    started = time.monotonic()
    work = _Work(call)
    try:
        while not work.done.wait(_POLL):
            if timeout is not None and time.monotonic() - started > timeout:
                work.stop(interrupt)
                raise stopped_by_time(timeout)
            if progress is not None and measure is not None:
                progress(min(100.0, max(0.0, measure())))
    except KeyboardInterrupt:
        work.stop(interrupt)
        problem = Problem("interrupted", "the query was interrupted", Span.none())
        raise RunProblem(problem, INTERRUPTED) from None
    return work.result()


def stopped_by_time(timeout: float) -> TimedOut:
    """The problem of a statement that took too long."""
    problem = Problem("interrupted", f"the query was stopped after {timeout:g} seconds, the time limit", Span.none())
    return TimedOut(problem.hint("ask for a shorter range or fewer dimensions, or allow more time"))
