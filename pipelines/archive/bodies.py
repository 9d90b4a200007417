"""Bodies by their hash, and the dictionaries that they are compressed with."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from pipelines.archive.codec import Codec, Corrupt, pack
from pipelines.archive.records import ArchiveDamaged
from pipelines.archive.schema import is_damage, transaction
from pipelines.clock import now

_READ = "SELECT id, sha256, size, dictionary, data FROM bodies "


class Bodies:
    """The tables `bodies` and `dictionaries` of one open archive. Raises ArchiveDamaged on reading what was not written."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._codec = Codec(self._dictionary)
        self._newest: dict[str, int | None] = {}
        self._plain: Counter[str] = Counter()
        """By template: bodies that were put here without a dictionary."""

    def put(self, body: bytes, template: str | None) -> int:
        """Id of a body; one that is known is not kept again. To be called inside a transaction."""
        digest = hashlib.sha256(body).digest()
        known = self._id(digest)
        dictionary = None if template is None else self.newest_dictionary(template)
        if known is not None:
            if not self._is_intact(known):
                # The site gave the lost bytes once more.
                self._connection.execute(
                    "UPDATE bodies SET size = ?, dictionary = NULL, data = ? WHERE id = ?",
                    (len(body), self._codec.compress(body), known),
                )
            return known
        cursor = self._connection.execute(
            "INSERT INTO bodies (sha256, size, template, dictionary, data) VALUES (?, ?, ?, ?, ?)",
            (digest, len(body), template, dictionary, self._codec.compress(body, dictionary)),
        )
        if template is not None and dictionary is None:
            self._plain[template] += 1
        return int(cursor.lastrowid or 0)

    def adopt(self, sha256: str, load: Callable[[], bytes] | None, template: str | None) -> int:
        """Id of the body with this hash (hex); `load` gives it where it is not here yet. To be called inside a transaction.

        Raises ArchiveDamaged where it is not here and cannot be had, or is another."""
        known = self._id(bytes.fromhex(sha256))
        if known is not None:
            return known
        body = None if load is None else load()
        if body is None or hashlib.sha256(body).hexdigest() != sha256:
            raise ArchiveDamaged(
                self._path, f"得不到正文 {sha256}", "所导入的文件不完整，请重新导出或复制后再导入"
            )
        return self.put(body, template)

    def is_ready(self, template: str, samples: int) -> bool:
        """Whether so many bodies of a template that has no dictionary were put here: those to come should not wait for
        the end of the run, to be compressed once more. Said once."""
        if self._plain[template] < samples:
            return False
        self._plain[template] = 0
        return self.newest_dictionary(template) is None

    def _id(self, digest: bytes) -> int | None:
        row = self._connection.execute("SELECT id FROM bodies WHERE sha256 = ?", (digest,)).fetchone()
        return None if row is None else int(row[0])

    def get(self, sha256: str) -> bytes:
        """The body with this hash (hex). Raises KeyError when the archive has none, ArchiveDamaged when it is not intact."""
        row = self._connection.execute(
            _READ + "WHERE sha256 = ?",
            (bytes.fromhex(sha256),),
        ).fetchone()
        if row is None:
            raise KeyError(sha256)
        return self._read(row)

    def damaged(self, progress: Callable[[int], None] | None = None) -> Iterator[str]:
        """Hash (hex) of every body that is not what was written; reads them all, one by one, so that a broken page of
        the file costs only what lies on it. `progress` is told how many were read."""
        digest, count = b"", 0
        # Ids come from the index of hashes, which does not touch the pages that hold the bodies.
        while rows := self._connection.execute(
            "SELECT id, sha256 FROM bodies WHERE sha256 > ? ORDER BY sha256 LIMIT 500", (digest,)
        ).fetchall():
            for number, digest in rows:
                count += 1
                if progress is not None:
                    progress(count)
                if not self._is_intact(number):
                    yield digest.hex()

    def _is_intact(self, number: int) -> bool:
        try:
            row = self._connection.execute(_READ + "WHERE id = ?", (number,)).fetchone()
            if row is None:
                return False
            self._read(row)
        except ArchiveDamaged:
            return False
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            return False
        return True

    def _read(self, row: tuple[int, bytes, int, int | None, bytes], as_sample: bool = False) -> bytes:
        _, digest, size, dictionary, data = row
        try:
            return self._codec.decompress(data, size, None if as_sample else digest, dictionary)
        except Corrupt as error:
            raise ArchiveDamaged(
                self._path,
                f"中正文 {digest.hex()} 与归档时的内容不符",
            ) from error

    # --- dictionaries -------------------------------------------------------------------------------------------

    def newest_dictionary(self, template: str) -> int | None:
        """Id of the dictionary that new bodies of a template get, if it has one."""
        if template not in self._newest:
            row = self._connection.execute(
                "SELECT max(id) FROM dictionaries WHERE template = ?", (template,)
            ).fetchone()
            self._newest[template] = row[0]
        return self._newest[template]

    def add_dictionary(self, template: str, content: bytes, last_body: int) -> int:
        """Keep a dictionary for good: bodies that need it cannot be read without. `last_body` is the newest body known to it."""
        with transaction(self._connection):
            cursor = self._connection.execute(
                "INSERT INTO dictionaries (template, created_at, last_body, sha256, size, data) VALUES (?, ?, ?, ?, ?, ?)",
                (template, now(), last_body, hashlib.sha256(content).digest(), len(content), pack(content)),
            )
        number = int(cursor.lastrowid or 0)
        self._newest[template] = number
        return number

    def _dictionary(self, number: int) -> bytes:
        row = self._connection.execute(
            "SELECT data, size, sha256 FROM dictionaries WHERE id = ?", (number,)
        ).fetchone()
        if row is None:
            raise ArchiveDamaged(self._path, f"缺少第 {number} 号压缩字典")
        try:
            return Codec(self._dictionary).decompress(row[0], row[1], row[2])
        except Corrupt as error:
            raise ArchiveDamaged(self._path, f"的第 {number} 号压缩字典已损坏") from error

    # --- templates ----------------------------------------------------------------------------------------------

    def templates(self) -> list[str]:
        """Every template that a body belongs to."""
        rows = self._connection.execute(
            "SELECT DISTINCT template FROM bodies WHERE template IS NOT NULL ORDER BY template"
        )
        return [row[0] for row in rows]

    def count_since(self, template: str, dictionary: int | None) -> int:
        """Bodies of a template that came after its dictionary was made."""
        row = self._connection.execute(
            "SELECT count(*) FROM bodies WHERE template = ? AND id >"
            " coalesce((SELECT last_body FROM dictionaries WHERE id = ?), 0)",
            (template, dictionary),
        ).fetchone()
        return int(row[0])

    def newest(self, template: str, limit: int) -> list[tuple[int, bytes]]:
        """Id and content of the newest bodies of a template, oldest of them first, as samples: they are not held against
        their hashes, for a dictionary is as good and as safe with one that is not what was written."""
        rows = self._connection.execute(
            _READ + "WHERE template = ? ORDER BY id DESC LIMIT ?",
            (template, limit),
        ).fetchall()
        return [(row[0], self._read(row, as_sample=True)) for row in reversed(rows)]

    def still_fits(self, samples: Sequence[bytes], dictionary: int, gain: float) -> bool:
        """Whether a dictionary makes these bodies smaller than plain frames by at least this factor."""
        plain = sum(len(self._codec.compress(body)) for body in samples)
        return sum(len(self._codec.compress(body, dictionary)) for body in samples) * gain <= plain

    def recompress(self, template: str, limit: int) -> int:
        """Bring up to `limit` bodies, kept before the template had a dictionary, into it; all or none. Returns how many."""
        dictionary = self.newest_dictionary(template)
        if dictionary is None:
            return 0
        with transaction(self._connection):
            rows = self._connection.execute(
                _READ + "WHERE template = ? AND dictionary IS NULL ORDER BY id LIMIT ?",
                (template, limit),
            ).fetchall()
            for row in rows:
                # Reading verifies the hash: what is damaged is never written anew as if it were whole.
                frame = self._codec.compress(self._read(row), dictionary)
                self._connection.execute(
                    "UPDATE bodies SET dictionary = ?, data = ? WHERE id = ?", (dictionary, frame, row[0])
                )
        return len(rows)
