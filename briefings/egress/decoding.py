"""A response body as it arrives: decoded as it comes, and never more of it than the limit.

Only gzip is asked for, and only gzip is decoded: brotli and zstandard reach ratios of a million to
one, and stacked encodings multiply.
"""

from __future__ import annotations

import zlib
from typing import Final

from briefings.errors import BadResponse, TooLarge

_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
_MOST_MEMBERS: Final = 100
"""Gzip members in one body: an empty one takes 20 bytes to send and a window to open."""


class Body:
    """Collects a body sent by `host` under a Content-Encoding, up to `limit` bytes of it.

    The limit holds for the bytes received and for the bytes they decode to. What goes beyond it is
    an error, or is left where only the beginning is wanted (`cut`).

    Raises:
        BadResponse: when the encoding is not one that was asked for.
    """

    def __init__(self, host: str, encoding: str, limit: int, *, cut: bool = False) -> None:
        self.received = 0
        """Bytes off the wire so far."""
        self._host = host
        self._limit = limit
        self._cut = cut
        self._full = False
        self._kept = bytearray()
        self._gzip: zlib._Decompress | None = None
        self._members = 1
        self._padding = False
        match encoding.strip().lower():
            case "" | "identity":
                pass
            case "gzip" | "x-gzip":
                self._gzip = zlib.decompressobj(_GZIP_WINDOW)
            case _:
                raise self._bad("in an encoding nobody asked for", "encoding")

    @property
    def full(self) -> bool:
        """Whether the beginning that was wanted is there, and the rest need not be read."""
        return self._full

    def expect(self, length: int) -> None:
        """Give up before the first byte when the announced length is past the limit.

        Raises:
            TooLarge: when it is.
        """
        if length > self._limit and not self._cut:
            raise self._too_large()

    def feed(self, data: bytes) -> None:
        """Take the next bytes off the wire.

        Raises:
            TooLarge: as soon as the limit is passed.
            BadResponse: when they are not the gzip they should be.
        """
        self.received += len(data)
        if self.received > self._limit:
            data = data[: len(data) - self._beyond(self.received)]
        if self._gzip is None:
            self._kept += data
            return
        try:
            self._inflate(self._gzip, data)
        except zlib.error:
            raise self._bad("with broken compression", "gzip") from None

    def finish(self) -> bytes:
        """The whole body, decoded, or its beginning.

        Raises:
            BadResponse: when it ends in the middle of a gzip member.
        """
        unended = self._gzip is not None and self.received and not self._gzip.eof
        if unended and not self._full:
            raise self._bad("with less than it promised", "gzip cut short")
        return bytes(self._kept)

    def _inflate(self, stream: zlib._Decompress, data: bytes) -> None:
        while data and not self._padding:
            if stream.eof:
                if not data.startswith(b"\x1f"):
                    self._padding = True
                    return
                stream = self._gzip = self._next_member()
            room = self._limit - len(self._kept)
            self._kept += stream.decompress(data, room + 1)
            if len(self._kept) > self._limit:
                del self._kept[-self._beyond(len(self._kept)) :]
                return
            data = stream.unconsumed_tail or stream.unused_data

    def _next_member(self) -> zlib._Decompress:
        """Go on with a further gzip member (RFC 1952, 2.2)."""
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise self._bad("in too many pieces", "gzip members")
        return zlib.decompressobj(_GZIP_WINDOW)

    def _beyond(self, length: int) -> int:
        """How much of a length is past the limit; an error unless it may be cut off."""
        if not self._cut:
            raise self._too_large()
        self._full = True
        return length - self._limit

    def _too_large(self) -> TooLarge:
        return TooLarge(
            f"The document at {self._host} is larger than {self._limit / 1024**2:.3g} MiB.",
            host=self._host,
            limit=self._limit,
        )

    def _bad(self, how: str, reason: str) -> BadResponse:
        return BadResponse(f"{self._host} answered {how}.", host=self._host, reason=reason)
