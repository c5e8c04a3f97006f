"""Passes that rewrite a plan into an equal one, better or nearer to SQL, in this order. Each is one function in one
file."""

from __future__ import annotations

from collections.abc import Callable

from attain.model.semantic import SemanticModel
from attain.plan.passes.aggregate_before_join import aggregate_before_join
from attain.plan.passes.group_by_conditions import group_by_conditions
from attain.plan.passes.join_working_days import join_working_days
from attain.plan.passes.remove_unused import remove_unused
from attain.plan.steps import Plan

PASSES: tuple[Callable[[Plan, SemanticModel], Plan], ...] = (
    remove_unused,
    group_by_conditions,
    aggregate_before_join,
    join_working_days,
)
