"""Wrong forms of terms as one regular expression."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence


def wrong_forms(
    terms: Mapping[str, Sequence[str]],
) -> tuple[dict[str, str], re.Pattern[str] | None]:
    """The right form of each wrong one, and what finds the wrong ones as whole words.

    A form within an address, a path or a longer name (`github.com`, `docs/Github`, `Github-like`)
    is not one.
    """
    preferred = {
        " ".join(wrong.split()): right
        for right, forms in terms.items()
        for wrong in forms
        if wrong.split() and wrong != right
    }
    if not preferred:
        return {}, None
    longest_first = sorted(preferred, key=lambda form: (-len(form), form))
    any_form = "|".join(r"\s+".join(map(re.escape, form.split())) for form in longest_first)
    return preferred, re.compile(rf"(?<![\w/@.\-])(?:{any_form})(?![\w/@]|[.:\-]\w)")
