"""The name of a version in (a git revision, a folder, a file), its definitions out, read and checked.

Git is asked for objects only: no checkout, hook, filter or external diff runs, and nothing is read but regular files of
definitions, and the lock, below the folder of the definitions in that revision.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from attain.base.problem import Problem
from attain.base.span import Span
from attain.base.suggest import did_you_mean
from attain.project import Project, Texts, check_project, open_project
from attain.run.engine import Settings
from attain.run.lock import FILE_NAME

MOST_FILES = 2_000
MOST_BYTES = 9_000_000
_QUIET = (
    "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.attributesFile=/dev/null",
    "-c", "protocol.allow=never", "-c", "core.quotePath=false", "-c", "safe.bareRepository=explicit",
)  # fmt: skip


class RevisionProblem(Exception):
    """A version that cannot be read: the problem says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


#: What git says where it would have to fetch what it was asked for.
_PARTIAL = (b"lazy fetching", b"promisor", b"transport 'file' not allowed", b"transport 'https' not allowed")


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the definitions: how people call it, and what was read."""

    name: str
    project: Project


def open_version(
    name: str, path: Path, *, option: str, connection: str | None = None, offline: bool = False,
    today: date | None = None,
) -> Version:  # fmt: skip
    """The definitions of a version: of a folder or file of that name, else of a git revision, where `path` names
    them, or as git writes it, `REVISION:path` from the repository's own folder. Raises RevisionProblem, and RunProblem
    where data cannot be described."""
    there = Path(name)
    if there.exists():
        inside = there / "metrics.yaml"
        place = inside if there.is_dir() and inside.is_file() else there
        return Version(name, open_project(place, connection=connection, offline=offline, today=today))
    return Version(name, of_revision(name, path, option, connection, offline, today or date.today()))


def of_revision(
    revision: str, path: Path, option: str, connection: str | None, offline: bool, today: date
) -> Project:  # fmt: skip
    """The definitions as a git revision has them; data are looked for in the working tree."""
    whole = Path(os.path.abspath(path))
    folder = next((parent for parent in (whole, *whole.parents) if parent.is_dir()), whole.parent)
    top = Path(top_of(folder, revision, option))
    revision, _, elsewhere = revision.partition(":")
    here = whole
    if elsewhere:
        whole = Path(os.path.normpath(top / elsewhere))
    commit = commit_of(folder, revision, option)
    real = Path(os.path.realpath(whole.parent)) / whole.name
    if not real.is_relative_to(os.path.realpath(top)):
        problem = Problem("unknown-revision", f"`{elsewhere or path}` is not in this repository", Span(option, 0, 0, 0))
        raise RevisionProblem(problem)
    inside = PurePosixPath(real.relative_to(os.path.realpath(top)).as_posix())
    files = files_of_commit(folder, commit, option)
    if elsewhere and str(inside / "metrics.yaml") in files:
        whole, inside = whole / "metrics.yaml", inside / "metrics.yaml"
    single = str(inside) in files
    root = inside.parent if single else inside
    prefix = "" if str(root) == "." else f"{root}/"
    below = {name[len(prefix) :]: object_id for name, object_id in files.items() if name.startswith(prefix)}
    names = [inside.name] if single else sorted(n for n in below if n.endswith(".yaml") and "/." not in f"/{n}")
    if not names:
        problem = Problem("file-missing", f"`{inside}` is not in revision `{revision}`", Span(option, 0, 0, 0))
        raise RevisionProblem(problem.hint(f"if it lay elsewhere: {revision}:folder/{inside.name}"))
    wanted = [name for name in below if name.endswith((".yaml", ".yml")) or name == FILE_NAME]
    texts = blobs(folder, {name: below[name] for name in wanted[:MOST_FILES]}, option)
    data = whole.parent if single else whole
    if not data.is_dir():
        data = here if here.is_dir() else here.parent
    return check_project(
        data, names, connection, offline, Settings(), today,
        Texts(texts.get, texts.get(FILE_NAME)),
    )  # fmt: skip


def top_of(folder: Path, revision: str, option: str) -> str:
    """The folder of the repository."""
    try:
        return ask_git(folder, option, "rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape").rstrip("\n")
    except RevisionProblem as error:
        message = f"`{revision}` is no file or folder here, and git does not know this folder"
        problem = Problem("unknown-revision", message, Span(option, 0, 0, 0))
        raise RevisionProblem(problem.hint(error.problem.message)) from None


def commit_of(folder: Path, revision: str, option: str) -> str:
    """The commit that a revision names."""
    arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    try:
        return ask_git(folder, option, *arguments).decode().strip()
    except RevisionProblem:
        message = f"`{revision}` is neither a file or folder here nor a revision of this git repository"
        label = did_you_mean(revision, names_of_revisions(folder, option))
        problem = Problem("unknown-revision", message, Span(option, 0, 0, 0), label)
        raise RevisionProblem(problem.hint(*where_it_may_be(folder, revision, option))) from None


def names_of_revisions(folder: Path, option: str) -> list[str]:
    """The branches and tags that are at hand."""
    said = ask_git(folder, option, "for-each-ref", "--count=1000", "--format=%(refname:short)")
    return [name for name in said.decode("utf-8", "replace").split("\n") if name]


def where_it_may_be(folder: Path, revision: str, option: str) -> list[str]:
    """How a revision may be had that is not at hand."""
    if ask_git(folder, option, "rev-parse", "--is-shallow-repository").strip() == b"true":
        fetched = "`git fetch --unshallow origin` fetches all of it; in GitHub Actions, checkout with `fetch-depth: 0`"
        return ["this clone is shallow: it has only the newest commits", fetched]
    remotes = ask_git(folder, option, "remote").decode("utf-8", "replace").split()
    remote, _, branch = revision.partition("/")
    if branch and remote in remotes:
        return [f"`git fetch {remote} {branch}:refs/remotes/{remote}/{branch}` fetches it, if it is there"]
    return [f"`git fetch {remotes[0]}` fetches the branches of others"] if remotes else []


def files_of_commit(folder: Path, commit: str, option: str) -> dict[str, str]:
    """The regular files of a commit, with the names of their objects: no links, no other repositories."""
    listed = ask_git(folder, option, "ls-tree", "-r", "-z", "--full-tree", commit)
    found: dict[str, str] = {}
    for entry in listed.decode("utf-8", "surrogateescape").split("\0"):
        head, _, name = entry.partition("\t")
        mode, _, rest = head.partition(" ")
        if mode in ("100644", "100755"):
            found[name] = rest.split(" ")[1]
    return found


def blobs(folder: Path, objects: dict[str, str], option: str) -> dict[str, str]:
    """The texts of some objects."""
    asked = "".join(f"{object_id}\n" for object_id in objects.values()).encode()
    said = ask_git(folder, option, "cat-file", "--batch", given=asked)
    found: dict[str, str] = {}
    at = 0
    for name in objects:
        end = said.index(b"\n", at)
        words = said[at:end].split()
        if len(words) != 3:
            raise RevisionProblem(Problem("file-missing", f"git has no object for `{name}`", Span(option, 0, 0, 0)))
        size = int(words[2])
        text = said[end + 1 : end + 1 + size]
        at = end + 2 + size
        if size <= MOST_BYTES:
            found[name] = text.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
    return found


def ask_git(folder: Path, option: str, *arguments: str, given: bytes | None = None) -> bytes:
    """What git says. Raises RevisionProblem where it is missing, or refuses."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1", "LC_ALL": "C",
    }  # fmt: skip
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), "--no-pager", *_QUIET, *arguments], input=given, capture_output=True,
            env=environment, timeout=60, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        problem = Problem("unknown-revision", f"git cannot be run: {type(error).__name__}", Span(option, 0, 0, 0))
        raise RevisionProblem(problem) from None
    if done.returncode != 0 and any(word in done.stderr for word in _PARTIAL):
        message = (
            "some files of this revision have not been fetched: this clone is partial, and nothing is fetched here"
        )
        problem = Problem("unknown-revision", message, Span(option, 0, 0, 0))
        raise RevisionProblem(problem.hint("clone without `--filter`, or check the revision out once"))
    if done.returncode != 0:
        reason = done.stderr.decode("utf-8", "replace").strip().split("\n")[0] or "it gives no reason"
        problem = Problem("unknown-revision", f"git refuses: {reason[:200]}", Span(option, 0, 0, 0))
        raise RevisionProblem(problem.hint("BASE and HEAD are files, folders, or revisions of the repository here"))
    return done.stdout
