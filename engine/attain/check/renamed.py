"""Functions that other languages have: what to write here instead."""

from __future__ import annotations

import re

from attain.read import syntax as s
from attain.read.written import syntax_to_text

#: Of values in rows and cells.
SCALARS = {
    "ifnull": "write coalesce(a, b)", "isnull": "write x is null", "nvl": "write coalesce(a, b)",
    "iff": "write if(condition, a, b)", "ceiling": "write ceil(x)", "pow": "write power(x, 2)", "log": "write ln(x)",
    "len": "write length(text)", "substring": "texts are not cut here: derive the column in its source",
    "now": "write today(): the as-of day", "current_date": "write today()", "getdate": "write today()",
    "date_trunc": "write trunc(t, month)", "datediff": "write days(b - a), or b - a for a duration",
    "date_diff": "write days(b - a), or b - a for a duration", "dateadd": "write t + 30 days",
    "date_add": "write t + 30 days", "day": "write days(duration), trunc(t, day), or weekday(t)",
    "average": "write avg(table.field)", "mean": "write avg(table.field)",
    "countif": "write count(table where condition)",
    "count_if": "write count(table where condition)", "sumif": "write sum(table.field where condition)",
    "countd": "write count(distinct table.field)", "stdev": "write stddev(table.field)",
    "exists": "write any(condition)",
    "safe_divide": "write a / b: dividing by zero gives null", "div0": "write a / b: dividing by zero gives null",
    "divide": "write a / b: dividing by zero gives null", "last_day": "write trunc(t, month) + 1 month - 1 day",
    "first_value": "write first(table.field)", "last_value": "write last(table.field)",
}  # fmt: skip
_AGO = "write prior(metric), or say how long ago: prior(metric, 1 year)"
_RUNNING = "write running(metric)"
_AVERAGE = "write rolling(metric, 3 months): of a sum that is the sum, of an average the average of all rows"
_CHANGE = "write growth(metric), or say over what: growth(metric, 1 year)"
_SHARE = "write metric / all(metric)"
_RANK = "ask for it: attain run METRIC --by region --order -METRIC, or --top 5"
#: Of metrics in other windows and slices; `metric` stands for what is written in the call.
METRICS = {
    "ytd": "write to_date(metric, year)", "totalytd": "write to_date(metric, year)",
    "qtd": "write to_date(metric, quarter)", "totalqtd": "write to_date(metric, quarter)",
    "mtd": "write to_date(metric, month)", "totalmtd": "write to_date(metric, month)",
    "wtd": "write to_date(metric, week)", "fytd": "write to_date(metric, fiscal_year)",
    "lag": _AGO, "prev": _AGO, "previous": _AGO, "previous_period": _AGO, "offset": _AGO,
    "last_year": "write prior(metric, 1 year)", "sameperiodlastyear": "write prior(metric, 1 year)",
    "py": "write prior(metric, 1 year)", "prior_year": "write prior(metric, 1 year)",
    "lead": "nothing looks ahead: name the later period's metric, and take prior(metric) of it",
    "yoy": "write growth(metric, 1 year)", "qoq": "write growth(metric, 1 quarter)",
    "mom": "write growth(metric, 1 month)", "wow": "write growth(metric, 1 week)",
    "pct_change": _CHANGE, "percent_change": _CHANGE, "change": _CHANGE,
    "cumsum": _RUNNING, "cumulative": _RUNNING, "running_sum": _RUNNING, "running_total": _RUNNING,
    "moving_average": _AVERAGE, "moving_avg": _AVERAGE, "rolling_average": _AVERAGE, "rolling_avg": _AVERAGE,
    "rolling_sum": "write rolling(metric, 3 months)",
    "total": "write all(metric)", "ratio_to_report": _SHARE, "percent_of_total": _SHARE, "share_of_total": _SHARE,
    "rank": _RANK, "row_number": _RANK, "top": _RANK,
}  # fmt: skip


def advice_for(node: s.Call) -> str:
    """What to write instead of a call of a function that there is not; empty where nothing is known of it."""
    advice = METRICS.get(node.function)
    if advice is None:
        return SCALARS.get(node.function, "")
    match node.arguments:
        case (_, s.Number(text=amount)) if node.function == "lag":
            advice = f"write prior(metric, {amount} months), in the unit of time that is meant"
    if not node.arguments or not isinstance(node.arguments[0], s.Name):
        return advice
    name = syntax_to_text(node.arguments[0])
    return re.sub(r"\bmetric\b", lambda _: name, advice)
