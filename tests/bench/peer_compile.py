"""Run in sidemantic's own environment: how long its compile of one and of 50 metrics takes, in milliseconds of CPU."""

from __future__ import annotations

import json
import statistics
import sys
import time

from sidemantic import Dimension, Metric, Model, SemanticLayer


def metrics(count: int) -> list[Metric]:
    """Sums with a condition each, as in the definitions that Attain gets."""
    return [Metric(name=f"m{i}", agg="sum", sql="amount", filters=[f"status = 's{i}'"]) for i in range(count)]


def cpu_of(layer: SemanticLayer, names: list[str]) -> float:
    """One compile."""
    begun = time.process_time()
    sql = layer.compile(metrics=names, dimensions=["deals.closed_at__month"])
    assert "SELECT" in sql
    return 1000 * (time.process_time() - begun)


def main() -> None:
    """Prints {"1": .., "50": ..}."""
    repeats = int(sys.argv[1])
    layer = SemanticLayer()
    time_dimension = Dimension(name="closed_at", type="time", sql="closed_at", granularity="day")
    deals = Model(name="deals", table="deals", primary_key="deal_id", dimensions=[time_dimension], metrics=metrics(50))
    layer.add_model(deals)
    found = {}
    for count in (1, 50):
        names = [f"deals.m{i}" for i in range(count)]
        cpu_of(layer, names)
        found[str(count)] = statistics.median(cpu_of(layer, names) for _ in range(repeats))
    print(json.dumps(found))


main()
