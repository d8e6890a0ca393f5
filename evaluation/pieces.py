"""Works the pieces of the evaluation off, in several processes, and remembers what is done.

A piece is one world of one seed. What came of it lies in `.evaluation/`, under a name that tells what it was and of
which code it was made, so that a run that was stopped goes on where it was, and no figure of older code is taken.
"""

from __future__ import annotations

import os
import pickle
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Any

KEPT = Path(__file__).parent.parent / ".evaluation"
_PRODUCT = Path(__file__).parent.parent / "src" / "audioscape_server"

Results = Mapping["Piece", Any]


@dataclass(frozen=True)
class Piece:
    """One world of one seed.

    ``work`` is called with the arguments and the seed, in another process: a function of a module.
    """

    section: str
    name: tuple[str, ...]
    seed: int
    work: Callable[..., Any] = field(compare=False)
    arguments: tuple[Any, ...] = ()

    def __str__(self) -> str:
        return f"{self.section}: {' '.join(self.name)}, seed {self.seed}"


def made_of(*names: str) -> str:
    """A digest of the code that figures are made of: modules of the evaluation, folders and files of the product."""
    digest = sha256()
    for name in names:
        place = Path(__file__).with_name(name) if name.endswith((".py", ".sql")) else _PRODUCT / name
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.suffix in {".py", ".sql"}:
                digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def work_off(pieces: Sequence[Piece], digests: Mapping[str, str], processes: int, *, keep: bool = True) -> Results:
    """Work off what is not known yet; by piece, what came of it.

    Args:
        pieces: what to do.
        digests: of the code, by section.
        processes: how many at once.
        keep: write down what is done, and take what was written.
    """
    files = {piece: _file(piece, digests[piece.section]) for piece in pieces}
    found: dict[Piece, Any] = {}
    for piece, file in files.items() if keep else ():
        if file.exists():
            found[piece] = pickle.loads(file.read_bytes())  # noqa: S301  # this program wrote it
    left = [piece for piece in pieces if piece not in found]
    print(f"{len(pieces)} worlds, {len(found)} of them known", file=sys.stderr, flush=True)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(_timed, piece): piece for piece in left}
        for piece, result in _told(waiting):
            found[piece] = result
            if keep:
                _write(files[piece], result)
    return found


def _told(waiting: Mapping[Future[Any], Piece]) -> Iterable[tuple[Piece, Any]]:
    began = time.monotonic()
    for number, one in enumerate(as_completed(waiting), 1):
        result, seconds = one.result()
        past = (time.monotonic() - began) / 60
        told = f"{number}/{len(waiting)} {past:.1f} min  {waiting[one]}: {seconds:.1f} CPU s"
        print(told, file=sys.stderr, flush=True)
        yield waiting[one], result


def _timed(piece: Piece) -> tuple[Any, float]:
    began = time.process_time()
    return piece.work(*piece.arguments, piece.seed), time.process_time() - began


def _file(piece: Piece, digest: str) -> Path:
    name = sha256(repr((digest, piece.section, piece.name, piece.arguments, piece.seed)).encode()).hexdigest()
    return KEPT / f"{name[:32]}.pickle"


def _write(file: Path, result: Any) -> None:
    """All of it or nothing."""
    file.parent.mkdir(exist_ok=True)
    half = file.with_suffix(f".{os.getpid()}")
    half.write_bytes(pickle.dumps(result))
    half.replace(file)
