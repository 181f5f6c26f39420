"""The languages of the directions: their words, and how nouns bend in them."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Literal

from geo_dispatch.data_tables import load_table
from geo_dispatch.errors import InputError
from geo_dispatch.units import Units, round_distance

__all__ = ["Language", "Noun", "Voice", "get_language", "list_languages"]

_PACKAGE = "geo_dispatch.directions.languages"

Voice = Literal["public", "radio", "screen"]


class Noun(str):
    """A noun that takes the forms of its language in a template: ``{street:on}`` is "na Elm Street" in Portuguese.

    Parameters
    ----------
    text
        The noun alone.
    forms
        From the name of a form to a pattern with ``{noun}``; a form that is not among them is the noun alone.
    """

    forms: dict[str, str]

    def __new__(cls, text: str, forms: dict[str, str] | None = None) -> Noun:
        """Make a noun."""
        noun = super().__new__(cls, text)
        noun.forms = forms or {}
        return noun

    def __format__(self, form: str) -> str:
        """Return the noun in a form.

        >>> f"{Noun('Elm Street', {'on': 'na {noun}'}):on}"
        'na Elm Street'
        """
        return self.forms.get(form, "{noun}").replace("{noun}", str(self))


class Language:
    """The words of one language.

    Parameters
    ----------
    code
        ISO 639-1 code, the name of its file.
    table
        What the file holds.
    """

    def __init__(self, code: str, table: dict[str, Any]) -> None:
        self.code = code
        self.name = str(table["name"])
        self.table = table

    def templates(self, voice: Voice) -> dict[str, list[str]]:
        """Return the templates of a voice, by manoeuvre."""
        voices: dict[str, dict[str, list[str]]] = self.table["voices"]
        return voices[voice]

    def word(self, group: str, key: str) -> str:
        """Return one word of a group, as the compass point "north"."""
        return str(self.table[group][key])

    def find_word(self, group: str, key: str) -> str | None:
        """Return one word of a group; None when the group has no such key."""
        found = self.table[group].get(key)
        return None if found is None else str(found)

    def ordinal(self, count: int) -> str | None:
        """Return "first" for 1; None where the language has no word for so many."""
        words = self.table["ordinals"]
        return str(words[count - 1]) if 0 < count <= len(words) else None

    def proper(self, name: str, gender: str | None = None) -> Noun:
        """Return a name as a noun; of the gender that its last word is taken for unless that is given.

        >>> f"{get_language('pt').proper('Memorial Boulevard'):on}"
        'no Memorial Boulevard'
        """
        genders = self.table["genders"]
        words = name.partition(" (")[0].casefold().split() or [""]
        return self._noun(name, gender or genders.get(words[-1], genders["default"]))

    def road(self, kind: str) -> Noun:
        """Return the words for a road without a name."""
        row = self.table["roads"][kind]
        return self._noun(row["text"], row.get("gender"))

    def thing(self, kind: str, name: str | None = None) -> Noun | None:
        """Return the noun of something to look out for; None when it has no name and its kind no word."""
        row = self.table["things"].get(kind)
        if row is not None and (name is None or "{name}" in row["text"]):
            return self._noun(row["text"].replace("{name}", name or ""), row.get("gender"))
        return None if name is None else self.proper(name, None if row is None else row.get("gender"))

    def distance(self, length_m: float, units: Units, *, fine: bool = False) -> str:
        """Say a length: "0.4 mi", "0,4 mi", "600 m"."""
        number, unit = round_distance(length_m, units, fine=fine)
        words = self.table["distances"]
        return str(words[unit]).replace("{number}", number.replace(".", words["decimal"]))

    def _noun(self, text: str, gender: str | None) -> Noun:
        forms = {} if gender is None else {form: by[gender] for form, by in self.table["forms"].items()}
        return Noun(text, forms)


def list_languages() -> list[str]:
    """Return the codes of all languages there are, in order.

    >>> list_languages()
    ['en', 'pt']
    """
    files = resources.files(_PACKAGE).iterdir()
    return sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml"))


@cache
def get_language(code: str) -> Language:
    """Return a language.

    Parameters
    ----------
    code
        ISO 639-1 code, as ``"pt"``.

    Returns
    -------
    Language
        Its words.

    Raises
    ------
    InputError
        If there are no words of that language.

    Examples
    --------
    >>> get_language("pt").name
    'Português'
    """
    known = list_languages()
    if code not in known:
        names = ", ".join(f"{one} ({load_table(_PACKAGE, one)['name']})" for one in known)
        raise InputError(f"there are no directions in the language {code!r}: give one of {names}")
    return Language(code, load_table(_PACKAGE, code))
