"""Values of our fields, worked out from a layer's columns by the field map."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from geo_dispatch.ng911.field_map import FieldSpec

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["map_text", "number_values", "text_values"]


def text_values(spec: FieldSpec | None, frame: pd.DataFrame, bound: dict[str, str | None]) -> pd.Series:
    """Return one of our fields as text, None where the layer tells nothing.

    Parameters
    ----------
    spec
        Where it comes from; None gives None everywhere.
    frame
        The layer.
    bound
        Column in the map to column in the layer, as `FieldMap.bind` found them.

    Returns
    -------
    pandas.Series
        Texts without outer or double spaces, in the rows of `frame`.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"CLASS": ["S1200", "S9"], "DIR": ["N", " "], "NAME": ["MAIN", "ELM"]})
    >>> spec = FieldSpec(columns=("CLASS",), values={"s1200": "primary"}, default="unclassified")
    >>> text_values(spec, frame, {"CLASS": "CLASS"}).tolist()
    ['primary', 'unclassified']
    >>> text_values(FieldSpec(columns=("DIR", "NAME")), frame, {"DIR": "DIR", "NAME": "NAME"}).tolist()
    ['N MAIN', 'ELM']
    """
    import pandas as pd

    if spec is None:
        return pd.Series([None] * len(frame), index=frame.index, dtype="object")
    if spec.first_of:
        result = text_values(spec.first_of[0], frame, bound)
        for other in spec.first_of[1:]:
            result = result.where(result.notna(), text_values(other, frame, bound))
    elif spec.value is not None:
        result = pd.Series([spec.value] * len(frame), index=frame.index, dtype="object")
    else:
        result = _joined(spec, frame, bound)
    for step in spec.replace:
        result = (
            _none(result.str.replace(step.match, step.gives, case=False, regex=True))
            if result.notna().any()
            else result
        )
    if spec.extract and result.notna().any():
        result = _extracted(spec, result)
    if spec.values is not None:
        table = {key.strip().casefold(): value for key, value in spec.values.items()}
        result = map_text(result, lambda text: table.get(text.casefold()))
    if spec.default is not None:
        result = result.where(result.notna(), spec.default)
    return result


def _joined(spec: FieldSpec, frame: pd.DataFrame, bound: dict[str, str | None]) -> pd.Series:
    import pandas as pd

    parts = [_column_text(frame[actual]) for column in spec.columns if (actual := bound[column]) is not None]
    if not parts:
        return pd.Series([None] * len(frame), index=frame.index, dtype="object")
    joined = parts[0].fillna("")
    for part in parts[1:]:
        joined = joined + " " + part.fillna("")
    return _none(joined)


def _column_text(column: pd.Series) -> pd.Series:
    """Return a column as text; whole numbers without ``.0``."""
    import pandas as pd

    def as_text(value: object) -> str:
        return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)

    texts = [as_text(value) if there else None for value, there in zip(column, column.notna(), strict=True)]
    return pd.Series(texts, index=column.index, dtype="object")


def _none(text: pd.Series) -> pd.Series:
    """Collapse spaces; blank becomes None."""
    return map_text(text, lambda value: " ".join(value.split()) or None)


def _extracted(spec: FieldSpec, text: pd.Series) -> pd.Series:
    steps = [(re.compile(step.match, re.IGNORECASE), step.gives) for step in spec.extract]

    def extract(value: str) -> str | None:
        for pattern, gives in steps:
            match = pattern.search(value)
            if match:
                return " ".join(match.expand(gives).split()) or None
        return None

    return map_text(text, extract)


def map_text(texts: pd.Series, function: Callable[[str], str | None]) -> pd.Series:
    """Apply a function to each text; what is no text becomes None.

    Examples
    --------
    >>> import pandas as pd
    >>> map_text(pd.Series(["a", None]), str.upper).tolist()
    ['A', None]
    """
    import pandas as pd

    results = [function(value) if isinstance(value, str) else None for value in texts]
    return pd.Series(results, index=texts.index, dtype="object")


def number_values(spec: FieldSpec | None, frame: pd.DataFrame, bound: dict[str, str | None]) -> pd.Series:
    """Return one of our fields as numbers, NaN where the layer tells none or something else.

    Examples
    --------
    >>> import pandas as pd
    >>> number_values(FieldSpec(columns=("V",)), pd.DataFrame({"V": ["35", "x", None]}), {"V": "V"}).tolist()
    [35.0, nan, nan]
    """
    import pandas as pd

    return pd.to_numeric(text_values(spec, frame, bound), errors="coerce").astype("float64")
