"""Road-centreline and address-point layers of NG9-1-1 (NENA-STA-006), through a field map."""

from __future__ import annotations

from geo_dispatch.ng911.reader import read_ng911

__all__ = ["read_ng911"]
