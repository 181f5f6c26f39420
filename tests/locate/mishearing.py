"""Names as a stranger to them would write them down from a call: other spellings of the sound, or of a sound close to it.

Made from lists of alternative spellings of English, as spelling books give them, and the slips that call takers report (final
consonants lost, t for d, m for n). It shares nothing with the table of sounds that it tests.
"""

from __future__ import annotations

import random
import re

from geo_dispatch.locate.tables import load_words

SPELLINGS = (
    ("ph", "f"), ("f", "ph"), ("ck", "k"), ("ck", "c"), (r"c(?=[aou])", "k"), (r"k(?=[aou])", "c"), ("x", "cks"), ("x", "ks"), ("cks", "x"), ("qu", "kw"),
    ("ee", "ea"), ("ea", "ee"), ("ee", "ie"), ("ie", "ee"), (r"y\b", "ie"), (r"y\b", "ey"), (r"ey\b", "y"), (r"ie\b", "y"),
    ("ou", "ow"), ("ow", "ou"), ("ai", "ay"), ("ay", "ai"), (r"ai(?=[lnrt])", "ei"), ("oo", "u"), ("oa", "o"), ("aw", "au"), ("au", "aw"),
    (r"ight", "ite"), (r"ite\b", "ight"), (r"\bkn", "n"), (r"\bwr", "r"), (r"mb\b", "m"), ("tion", "shun"), ("sion", "zhun"), (r"le\b", "el"), (r"el\b", "le"),
    (r"er\b", "or"), (r"or\b", "er"), (r"er\b", "ur"), (r"ar(?=[dlnt])", "er"), (r"c(?=[eiy])", "s"), (r"s(?=[eiy])", "c"), (r"s\b", "z"), (r"z", "s"),
    ("dge", "j"), (r"ge\b", "j"), (r"\bj", "g"), (r"\bwh", "w"), ("sch", "sk"), ("tch", "ch"), (r"e\b", ""), (r"y(?=[^aeiouy\W])", "i"),
    (r"(?<=[aeiou])([bdfglmnprst])(?=[aeiouy])", r"\1\1"), (r"([bdfglmnprst])\1", r"\1"), (r"ville\b", "vil"), (r"wood\b", "wud"), (r"worth\b", "werth"),
    (r"ham\b", "um"), (r"ton\b", "tin"), (r"ton\b", "tun"), (r"burg\b", "berg"), (r"son\b", "sen"),
)  # fmt: skip
"""The same sound spelt otherwise."""
SLIPS = (
    (r"t(?![hc])", "d"), (r"d(?!g)", "t"), ("m", "n"), (r"n(?!g)", "m"), (r"b", "p"), (r"p(?!h)", "b"), (r"g(?![hey])", "k"), ("v", "f"), (r"f", "v"),
    ("th", "f"), ("th", "t"), ("sh", "ch"), ("ch", "sh"), (r"\bh(?=[aeiou])", ""), (r"(?<=[lnrstfcp])[dtk]\b", ""),
    (r"(?<=\w)a(?=[^aeiouwy\W])", "e"), (r"(?<=\w)e(?=[^aeiouwy\W]\w)", "i"), (r"(?<=\w)i(?=[^aeiouwy\W])", "e"), (r"(?<=\w)o(?=[^aeiouwy\W])", "u"),
    (r"(?<=\w)u(?=[^aeiouwy\W])", "o"),
)  # fmt: skip
"""One sound taken for another close to it."""


def misheard(name: str, rng: random.Random, *, spellings: int = 1, slips: int = 1) -> str | None:
    """Write a name as it may have been heard; None where no rule applies.

    Words that tell nothing (street types, "church") and words with digits are left as they are.

    Parameters
    ----------
    name
        Canonical text.
    rng
        Draws the rules and the places.
    spellings
        How many sounds are spelt otherwise.
    slips
        How many sounds are heard as another.
    """
    words = name.split()
    for rules, count in ((SPELLINGS, spellings), (SLIPS, slips)):
        for _ in range(count):
            changes = _changes(words, rules)
            if not changes:
                return None
            at, word = rng.choice(changes)
            words[at] = word
    text = " ".join(words)
    return text if text != name else None


def _changes(words: list[str], rules: tuple[tuple[str, str], ...]) -> list[tuple[int, str]]:
    common = load_words().common
    found = []
    for at, word in enumerate(words):
        if len(word) < 4 or word in common or not word.isalpha():
            continue
        for pattern, instead in rules:
            for match in re.finditer(pattern, word):
                changed = word[: match.start()] + match.expand(instead) + word[match.end() :]
                if changed != word and len(changed) > 2:
                    found.append((at, changed))
    return found
