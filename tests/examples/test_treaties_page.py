"""The code on the page about treaties runs as it stands, with fewer futures."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "theory" / "treaties.md"


def test_futures_from_estimates_run_as_the_page_says():
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert "n_members=20_000" in code
    names: dict = {}
    exec(compile(code.replace("20_000", "500"), PAGE.name, "exec"), names)
    assert names["future"].n_members == 500
    assert names["case"].parameters["agreement.year_risk.treaty"].who == "comity, estimated"
