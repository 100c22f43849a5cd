"""Finds the directions that token vectors of passages lie along most: those that they are kept in.

    python -m quality.token_axes FOLDER...      (the first step of make reader)

Every TAKEN-th passage of the folders is read; the axes are the largest eigenvectors of the token vectors' inner
products. Writes kb_service/meaning/minilm-axes.npy, and prints the SHA-256 that installed_model.py must name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click
import numpy as np

from kb_service.content.library import read_library
from kb_service.index.entries import embedded_text
from kb_service.meaning.installed_model import MINILM, model_status
from kb_service.meaning.vectors import Floats, OnnxEncoder
from kb_service.settings import Settings

DIMENSIONS: Final = 64
TAKEN: Final = 12


@click.command()
@click.argument("folders", nargs=-1, type=click.Path(exists=True, path_type=Path))
def main(folders: Sequence[Path]) -> None:
    """Write the axes of the passages in FOLDERS, and print their SHA-256."""
    status = model_status(Settings().model)
    if status.path is None or not status.installed or MINILM.axes is None:
        raise click.ClickException(status.reason)
    encoder = OnnxEncoder(status.path, name=MINILM.name, threads=2)
    texts = [text for folder in folders for text in passages_of(folder / "articles")[::TAKEN]]
    found = axes([each.tokens for each in encoder.encode_closely(texts)])
    np.save(MINILM.axes.path, found.astype(np.float16))
    click.echo(f"{len(texts)} passages: {hashlib.sha256(MINILM.axes.path.read_bytes()).hexdigest()}")


def passages_of(folder: Path) -> list[str]:
    """Return what is read of the passages of a folder."""
    views = [article.public for article in read_library(folder).articles if article.public and not article.unlisted]
    return [embedded_text(passage) for view in views for passage in view.passages]


def axes(tokens: Sequence[Floats], dimensions: int = DIMENSIONS) -> Floats:
    """Return the directions of most of the token vectors' length, [their dimensions, dimensions], the first the most.

    Each points where most of its largest component is positive, so that the same tokens always give the same.
    """
    products = sum((each.T.astype(np.float64) @ each for each in tokens), start=np.zeros((tokens[0].shape[1],) * 2))
    found = np.linalg.eigh(products)[1][:, ::-1][:, :dimensions]
    largest = found[np.abs(found).argmax(axis=0), np.arange(found.shape[1])]
    return np.asarray(found * np.sign(largest), dtype=np.float32)


if __name__ == "__main__":
    main()
