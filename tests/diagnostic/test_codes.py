from __future__ import annotations

import re

from lampolicy.diagnostic import Code


def test_every_code_has_one_name_and_the_form_people_search_for() -> None:
    assert len(Code.__members__) == len(set(Code))
    assert all(re.fullmatch(r"LP[1-9]\d\d", code, re.ASCII) for code in Code)
