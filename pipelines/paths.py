"""Where the reviewed text files live, in a checkout and in an installed wheel alike."""

from pathlib import Path

_PACKAGED = Path(__file__).parent / "_data"
_CHECKOUT = Path(__file__).parent.parent / "data"


def reviewed_data(*parts: str) -> Path:
    """Path of a reviewed file or folder under ``data/``.

    >>> reviewed_data("sites").name
    'sites'

    Raises FileNotFoundError when it is absent, naming the places looked at.
    """
    for root in (_PACKAGED, _CHECKOUT):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(
        f"{'/'.join(parts)}: neither in {_PACKAGED} nor in {_CHECKOUT}; reinstall the package"
    )


def document(name: str) -> str:
    """A text of ``docs/`` that readers of the pages see, as Markdown.

    >>> document("sql.md").startswith("# ")
    True

    Raises FileNotFoundError when it is absent.
    """
    for root in (_PACKAGED / "docs", _CHECKOUT.parent / "docs"):
        if (root / name).is_file():
            return (root / name).read_text("utf-8")
    raise FileNotFoundError(f"{name}: no such document; reinstall the package")
