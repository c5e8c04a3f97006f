"""Definitions between two versions: some of the edits made, the others not. They are put together from what is written
in both, and checked anew, so that what comes out is what somebody would have who had made just these edits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar

from attain.base.problem import has_errors
from attain.check.collect import collect
from attain.check.definitions import check_definitions
from attain.compare.graph import Node
from attain.model.semantic import SemanticModel
from attain.model.types import Type
from attain.project import Project, requests_of
from attain.read.definitions import RawModel, read_definitions
from attain.read.shape import DocumentShape, TableShape, TargetShape
from attain.read.tree import Scalar

T = TypeVar("T")
WORLD = ("calendar", "rates", "currency")


class Mixer:
    """Both versions as they are written, and the edits between them. Of metrics, only those of `needed` are taken
    over."""

    def __init__(
        self, base: Project, head: Project, edits: frozenset[Node], needed: frozenset[str], today: date
    ) -> None:
        self.base, self.head, self.edits, self.needed, self.today = base, head, edits, needed, today
        self.old, self.new = written(base), written(head)
        self.mixed: dict[frozenset[Node], Project | None] = {}

    def project(self, made: frozenset[Node]) -> Project | None:
        """The definitions with these edits made and all others undone; None where they make no sense together."""
        if made not in self.mixed:
            self.mixed[made] = self.checked(made)
        return self.mixed[made]

    def checked(self, made: frozenset[Node]) -> Project | None:
        """The same, read and checked."""
        undone = self.edits - made
        files = [replace(file, document=self.old_part(file.document, undone)) for file in self.old.files]
        files += [replace(file, document=self.new_part(file.document, undone)) for file in self.new.files]
        raw = RawModel(files, {**self.old.sources, **self.new.sources})
        collected = collect(raw)
        requests, refused = requests_of(collected)
        columns = {name: self.columns(name, undone) for name in collected.draft.tables}
        model, problems = check_definitions(raw, columns, {}, self.today, collected)
        if has_errors([*refused, *problems]):
            return None
        shared = self.head.engine()
        return replace(self.head, model=model, requests=requests, problems=[], state="", _engine=shared)

    # -- what is taken from where --------------------------------------------------------------------------------------
    def old_part(self, document: DocumentShape, undone: frozenset[Node]) -> DocumentShape:
        """What is taken from a file of the version before."""
        new = self.new
        return document.model_copy(update={
            "include": [], "connections": {}, "alerts": {}, "tests": [], "ignore": [], "name": None,
            "tables": {n: self.table(str(n), undone) for n in document.tables
                       if ("table", str(n)) in undone or str(n) not in names(new, "tables")},
            "metrics": self.taken(document.metrics, "metric", names(new, "metrics"), undone, self.needed),
            "dimensions": self.taken(document.dimensions, "dimension", names(new, "dimensions"), undone),
            "targets": self.taken(self.about(document.targets), "target", names(new, "targets"), undone),
            "constants": self.taken(document.constants, "world", names(new, "constants"), undone, prefix="constant "),
            **{key: getattr(document, key) if ("world", key) in undone else None for key in WORLD},
        })  # fmt: skip

    def taken(
        self, items: Mapping[Scalar, T], kind: str, there: frozenset[str], undone: frozenset[Node],
        needed: frozenset[str] | None = None, prefix: str = "",
    ) -> dict[Scalar, T]:  # fmt: skip
        """The definitions of the version before that stand: whose edit is undone, and those that are there no more."""
        return {
            name: shape for name, shape in items.items()
            if ((kind, prefix + str(name)) in undone or str(name) not in there)
            and (needed is None or str(name) in needed)
        }  # fmt: skip

    def new_part(self, document: DocumentShape, undone: frozenset[Node]) -> DocumentShape:
        """What is taken from a file of the version after."""

        def kept(items: Mapping[Scalar, T], kind: str, prefix: str = "") -> dict[Scalar, T]:
            return {name: shape for name, shape in items.items() if (kind, prefix + str(name)) not in undone}

        metrics = kept(document.metrics, "metric")
        return document.model_copy(update={
            "include": [], "alerts": {}, "tests": [], "ignore": [],
            "tables": {n: self.table(str(n), undone) for n in kept(document.tables, "table")},
            "metrics": {name: shape for name, shape in metrics.items() if str(name) in self.needed},
            "dimensions": kept(document.dimensions, "dimension"),
            "targets": kept(self.about(document.targets), "target"),
            "constants": kept(document.constants, "world", "constant "),
            **{key: getattr(document, key) if ("world", key) not in undone else None for key in WORLD},
        })  # fmt: skip

    def about(self, targets: Mapping[Scalar, TargetShape]) -> dict[Scalar, TargetShape]:
        """The targets of metrics that are needed."""
        return {name: shape for name, shape in targets.items() if str(shape.metric) in self.needed}

    def table(self, name: str, undone: frozenset[Node]) -> TableShape:
        """A table: all but its fields as one version has it, each field by itself."""
        old, new = shape_of(self.old, name), shape_of(self.new, name)
        own = old if new is None or (("table", name) in undone and old is not None) else new
        assert own is not None
        if old is None or new is None:
            return own
        fields: dict[Scalar, object] = {}
        before, after = {str(n): n for n in old.fields}, {str(n): n for n in new.fields}
        for field in dict.fromkeys([*after, *before]):
            edited = ("field", f"{name}.{field}") in self.edits
            from_old = ("field", f"{name}.{field}") in undone if edited else field not in after
            side, known = (old, before) if from_old else (new, after)
            if field in known:
                fields[known[field]] = side.fields[known[field]]
        return own.model_copy(update={"fields": fields})

    def columns(self, name: str, undone: frozenset[Node]) -> dict[str, Type]:
        """The columns of a table's source, as the version knows them whose source is taken."""
        models = [self.base.model, self.head.model]
        if ("table", name) not in undone:
            models.reverse()
        found: dict[str, Type] = {}
        for model in models:
            for column, type in physical(model, name).items():
                found.setdefault(column, type)
        return found


def written(project: Project) -> RawModel:
    """The definitions of a project as they are written."""
    texts = {name: source.text for name, source in project.sources.items()}
    return read_definitions(list(texts), texts.get)[0]


def names(raw: RawModel, kind: str) -> frozenset[str]:
    """What is defined in any file."""
    return frozenset(str(name) for file in raw.files for name in getattr(file.document, kind))


def shape_of(raw: RawModel, name: str) -> TableShape | None:
    """A table as it is written."""
    found = (shape for file in raw.files for table, shape in file.document.tables.items() if str(table) == name)
    return next(found, None)


def physical(model: SemanticModel | None, name: str) -> dict[str, Type]:
    """The columns that a table's source has."""
    table = model.tables.get(name) if model is not None else None
    fields = table.fields.values() if table is not None else ()
    return {field.name: field.source or field.type for field in fields if field.is_physical}
