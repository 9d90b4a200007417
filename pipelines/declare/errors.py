"""What is wrong with a declaration, told so that it can be mended: file, line, key, what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in a declaration."""

    file: Path
    line: int | None
    """Counted from 1; None where the file as a whole is meant."""
    key: str
    """Way to the value: `kjt.columns[2].holds`; empty where the file as a whole is meant."""
    message: str
    """Chinese: what stands there and what is allowed."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}：{self.key}：{self.message}" if self.key else f"{place}：{self.message}"


class DeclarationError(ConfigurationError):
    """One or more declarations are wrong; raised by `load_sites` before anything is fetched.

    `file`, `line`, `key` and `message` are those of the first fault; `faults` has all of them, in order.
    """

    def __init__(
        self, file: Path, line: int | None, key: str, message: str, others: Sequence[Fault] = ()
    ) -> None:
        self.file, self.line, self.key, self.message = file, line, key, message
        self.faults = (Fault(file, line, key, message), *others)
        super().__init__(self._text())

    @classmethod
    def of(cls, faults: Sequence[Fault]) -> DeclarationError:
        """The error of several faults (at least one)."""
        first, *others = faults
        return cls(first.file, first.line, first.key, first.message, others)

    def _text(self) -> str:
        if len(self.faults) == 1:
            return f"站点声明有误：{self.faults[0]}"
        return f"站点声明有 {len(self.faults)} 处错误：\n" + "\n".join(f"  {fault}" for fault in self.faults)
