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
