"""Stub until engine merges."""

from typing import Final

OF_AUTHOR: Final = "author:"
