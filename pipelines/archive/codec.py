"""Bodies ↔ zstd frames, with a dictionary made from pages of the same template.

Pages of one template share their chrome, which is most of a page. A dictionary that holds one whole page and the
distinct lines of many others lets zstd write the chrome as a few references and the prose against known prose; on
real prose that took less room than a dictionary from zstd's own trainer and costs milliseconds (tests/bench).
"""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence

import zstandard

LEVEL = 4
"""Of pages of real prose, with a dictionary, in shares of gzip -6 (room, time): level 3 0.40, 0.16; 4 0.38, 0.25; 5 0.37, 0.33;
6 0.36, 0.42."""
TABLE_LOG = 17
"""At most, of a compressor with a dictionary, whose tables are copied for each page: half of what the level has for a large
one, with which a page takes a quarter longer and 0.7 % less room."""
WINDOW_LOG = 21
"""As the level has without a dictionary, so that a large page reaches back as far with a small one."""
DICTIONARY_LEVEL = 12
"""A dictionary is compressed once and read often."""
DICTIONARY_BYTES = 256 * 1024
WHOLE_PAGE_BYTES = DICTIONARY_BYTES // 2
CACHED = 64
"""Dictionaries kept ready on each side: about 1 MB each when in use."""

_PIECE = re.compile(rb"[^\n>]*[\n>]|[^\n>]+$")
_MAX_PIECE = 16 * 1024


class Corrupt(Exception):
    """A frame that does not give back what was put in."""


def make_dictionary(samples: Sequence[bytes]) -> bytes:
    """Content of a dictionary for pages like these (newest last), at most DICTIONARY_BYTES.

    The page of median length stands last, nearest to the text to be compressed, hence cheapest to refer to.
    """
    usable = sorted((body for body in samples if 0 < len(body) <= WHOLE_PAGE_BYTES), key=len)
    whole = usable[len(usable) // 2] if usable else b""
    room = DICTIONARY_BYTES - len(whole)
    seen = set(_PIECE.findall(whole))
    pieces: list[bytes] = []
    for body in reversed(samples):
        for match in _PIECE.finditer(body[:WHOLE_PAGE_BYTES]):
            piece = match[0]
            if piece in seen or len(piece) > _MAX_PIECE:
                continue
            room -= len(piece)
            if room < 0:
                return b"".join(pieces) + whole
            seen.add(piece)
            pieces.append(piece)
    return b"".join(pieces) + whole


class Codec:
    """Compresses and decompresses; keeps the dictionaries in use ready.

    `load` gives the content of a dictionary by its id.
    """

    def __init__(self, load: Callable[[int], bytes]) -> None:
        self._load = load
        self._writers: OrderedDict[int | None, zstandard.ZstdCompressor] = OrderedDict()
        self._readers: OrderedDict[int | None, zstandard.ZstdDecompressor] = OrderedDict()

    def compress(self, body: bytes, dictionary: int | None = None) -> bytes:
        """The frame of a body."""
        return self._writer(dictionary).compress(body)

    def decompress(
        self, frame: bytes, size: int, sha256: bytes | None, dictionary: int | None = None
    ) -> bytes:
        """The body of a frame; raises Corrupt unless size and hash are those that were recorded. None: no hash is asked
        for."""
        try:
            # A damaged header may announce any size: never allocate more than was recorded.
            if zstandard.frame_content_size(frame) != size:
                raise Corrupt("size")
            body = self._reader(dictionary).decompress(frame, max_output_size=max(size, 1))
        except zstandard.ZstdError as error:
            raise Corrupt(str(error)) from error
        if sha256 is not None and hashlib.sha256(body).digest() != sha256:
            raise Corrupt("hash")
        return body

    def _writer(self, dictionary: int | None) -> zstandard.ZstdCompressor:
        if dictionary not in self._writers:
            self._writers[dictionary] = self._new_writer(dictionary)
            _trim(self._writers)
        self._writers.move_to_end(dictionary)
        return self._writers[dictionary]

    def _new_writer(self, dictionary: int | None) -> zstandard.ZstdCompressor:
        if dictionary is None:
            return zstandard.ZstdCompressor(level=LEVEL)
        made = self._dictionary(dictionary)
        usual = zstandard.ZstdCompressionParameters.from_level(LEVEL, dict_size=len(made))
        parameters = zstandard.ZstdCompressionParameters.from_level(
            LEVEL,
            dict_size=len(made),
            window_log=WINDOW_LOG,
            hash_log=min(usual.hash_log, TABLE_LOG),
            chain_log=min(usual.chain_log, TABLE_LOG),
        )
        made.precompute_compress(compression_params=parameters)
        return zstandard.ZstdCompressor(compression_params=parameters, dict_data=made)

    def _reader(self, dictionary: int | None) -> zstandard.ZstdDecompressor:
        if dictionary not in self._readers:
            made = None if dictionary is None else self._dictionary(dictionary)
            self._readers[dictionary] = zstandard.ZstdDecompressor(dict_data=made)
            _trim(self._readers)
        self._readers.move_to_end(dictionary)
        return self._readers[dictionary]

    def _dictionary(self, number: int) -> zstandard.ZstdCompressionDict:
        return zstandard.ZstdCompressionDict(self._load(number), dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def _trim(
    cache: OrderedDict[int | None, zstandard.ZstdCompressor]
    | OrderedDict[int | None, zstandard.ZstdDecompressor],
) -> None:
    while len(cache) > CACHED:
        cache.popitem(last=False)


def pack(content: bytes) -> bytes:
    """A dictionary's content as stored."""
    return zstandard.ZstdCompressor(level=DICTIONARY_LEVEL).compress(content)
