"""A small semantic model, built by hand."""

from attain.base.span import Span
from attain.model import types, units
from attain.model.aggregate import Aggregate, Axis
from attain.model.calendar import Calendar
from attain.model.expression import AggregateValue, Arithmetic, Column, MetricValue
from attain.model.semantic import Dimension, Field, Join, Metric, Origin, SemanticModel, Table

REGION = Column((), "region", types.TEXT)
CLOSED = Axis(Column((), "closed_at", types.DATE), "UTC")
AMOUNT = Column((), "amount", types.MONEY)


def sample_model() -> SemanticModel:
    """Deals with their owners, and reps without a time axis; four metrics, two dimensions."""
    deals = Table(
        "deals", Origin("file", "data/deals.csv"), ("deal_id",), "closed_at", "UTC",
        {"owner": Join("owner", "reps", ("rep_id",))},
        {
            "deal_id": Field("deal_id", types.INTEGER, units.NUMBER),
            "amount": Field("amount", types.MONEY, units.MONEY),
            "won": Field("won", types.BOOLEAN, units.BOOLEAN, expression=AMOUNT, text="status = 'won'"),
        },
        rows=12345, span=Span("metrics.yaml", 4, 3, 8),
    )  # fmt: skip
    reps = Table(
        "reps", Origin("file", "data/reps.csv"), ("rep_id",), "", "UTC", {},
        {"rep_id": Field("rep_id", types.INTEGER, units.NUMBER)}, span=Span("metrics.yaml", 12, 3, 7),
    )  # fmt: skip
    region = Dimension(
        "region", {"deals": Column(("owner",), "region", types.TEXT), "reps": REGION},
        {"deals": "the only path", "reps": "declared"}, types.TEXT, "Region", span=Span("metrics.yaml", 20, 3, 9),
    )  # fmt: skip
    product = Dimension("product", {"deals": Column((), "product", types.TEXT)}, {"deals": "declared"}, types.TEXT)
    metrics = [_revenue(), _headcount(), _per_head(), _old()]
    return SemanticModel(
        "acme", "USD", Calendar(), {"deals": deals, "reps": reps}, {"region": region, "product": product},
        {metric.name: metric for metric in metrics}, {}, {},
    )  # fmt: skip


def _revenue() -> Metric:
    total = Aggregate("sum", "deals", (AMOUNT,), None, CLOSED, types.MONEY)
    return Metric(
        "revenue", AggregateValue(total, types.MONEY), types.MONEY, units.MONEY, "additive", ("deals",),
        text="sum(deals.amount where won)", label="Revenue", description="Value of the deals won,\non the day.",
        good="up", owner="cro@acme.example", span=Span("metrics.yaml", 30, 3, 10),
    )  # fmt: skip


def _headcount() -> Metric:
    count = Aggregate("count_rows", "reps", (), None, None, types.INTEGER)
    return Metric(
        "headcount", AggregateValue(count, types.INTEGER), types.INTEGER, units.counted("reps"),
        "additive over everything but time", ("reps",), text="count(reps)", hidden=True,
    )  # fmt: skip


def _per_head() -> Metric:
    parts = MetricValue("revenue", types.MONEY), MetricValue("headcount", types.INTEGER)
    return Metric(
        "per_head", Arithmetic("/", *parts, types.FLOAT), types.FLOAT,
        units.combine(units.MONEY, units.counted("reps"), -1),
        "not additive", ("deals", "reps"), ("revenue", "headcount"), text="revenue\n      / headcount",
    )  # fmt: skip


def _old() -> Metric:
    return Metric(
        "old", MetricValue("revenue", types.MONEY), types.MONEY, units.MONEY, "additive", ("deals",), ("revenue",),
        text="revenue", by=("region",), label="Old \x1b[1mone", deprecated=("revenue", "2027-01-01"),
    )  # fmt: skip
