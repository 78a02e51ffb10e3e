"""`python -m training CORPUS --out FILE` reads a corpus, trains the embedding, fits the weights and writes
the base model to FILE."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

# One core, so that sums are made in the same order on every machine. numpy reads these variables when it is imported.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

from training import making  # noqa: E402


def parser() -> argparse.ArgumentParser:
    """Make the argument parser of `python -m training`."""
    made = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    made.add_argument("corpus", type=Path, metavar="CORPUS", help="provisions, .jsonl or .jsonl.gz")
    made.add_argument("--out", type=Path, default=Path("indexer/base.model"), metavar="FILE")
    made.add_argument(
        "--questions", nargs=3, action="append", type=Path, default=[], metavar=("CORPUS", "QUERIES", "QRELS"),
        help="questions with their answers, to fit the weights of ranking on; without, the present weights stay",
    )  # fmt: skip
    made.add_argument(
        "--short", nargs=3, action="append", type=Path, default=[], metavar=("CORPUS", "QUERIES", "QRELS"),
        help="short questions with their answers, to fit the weights for short questions on; without, these stay",
    )  # fmt: skip
    made.add_argument(
        "--long", nargs=3, action="append", type=Path, default=[], metavar=("CORPUS", "QUERIES", "QRELS"),
        help="questions with their answers, to fit the weights for long questions on; without, these stay",
    )  # fmt: skip
    made.add_argument(
        "--weights-only", action="store_true", help="keep what is in FILE but its weights; CORPUS is not read"
    )
    made.add_argument("--dims", type=int, default=making.DIMS)
    made.add_argument("--epochs", type=int, default=making.EPOCHS)
    made.add_argument("--seed", type=int, default=1)
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with `arguments`; None means those of the process. Returns the exit code: 0, or 2 where
    a file cannot be read or has wrong content."""
    given = parser().parse_args(arguments)
    began = time.monotonic()

    def tell(said: str) -> None:
        print(f"{time.monotonic() - began:6.0f} s  {said}", file=sys.stderr, flush=True)

    try:
        if given.weights_only:
            making.weigh(given.out, given.questions, given.short, given.long, tell)
            return 0
        making.make(given.corpus, given.out, given.dims, given.epochs, given.seed, tell)
        making.weigh(given.out, given.questions, given.short, given.long, tell)
    except (OSError, ValueError) as error:
        print(f"training: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
