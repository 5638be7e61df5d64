from collections.abc import Callable, Sequence
from typing import TypeAlias

from typing_extensions import Buffer

_Entry: TypeAlias = tuple[int, tuple[tuple[int, int, int], ...]] | None
_Beside: TypeAlias = tuple[tuple[int, ...], tuple[tuple[int, str], ...]] | None

CLASS_NAMES: tuple[str, ...]

class Engine:
    def __init__(
        self,
        classes: Callable[[int], bytes],
        resolve: Callable[[str, int], _Entry],
        literal: Callable[[int, int], bool],
        seed: int,
        most_entries: int = ...,
        most_bytes: int = ...,
        hash_mask: int = ...,
    ) -> None: ...
    def match(
        self, texts: list[str], beside: Sequence[_Beside] | None, /
    ) -> list[tuple[int, int]]: ...
    def match_utf8(
        self, offsets: Buffer, data: Buffer, count: int, wide: bool, /
    ) -> list[tuple[int, int]]: ...
    def raw_tokens(self, text: str, /) -> list[str]: ...
    def learn(self, form: bytes, symbol: int, kind: int, scope: int, /) -> None: ...
    def put(self, row: int, program: list[int], symbols: int, /) -> None: ...
    def drop(self, row: int, /) -> None: ...
    def renew(self, symbols: int, links: bool, mention: int, tag: int, cashtag: int, /) -> None: ...
