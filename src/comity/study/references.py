"""The works that a study of a case stands on: its data, its models, its rules."""

from __future__ import annotations

from collections.abc import Mapping

from comity.core.judged import JudgedNumber
from comity.core.sources import Source, all_sources


def used_references(
    parameters: Mapping[str, JudgedNumber],
) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """Return the registered sources that a study uses, and those that only its case names.

    Used are the sources of the judged ``parameters``, of measurement, explanation and scores,
    and of every registered rule; both lists are sorted and hold each source once.
    """
    from comity.explain import SOURCES as explained
    from comity.judge import SOURCES as scored
    from comity.measure import SOURCES as measured
    from comity.simulate import rule_sources

    registered = all_sources()
    named = {number.source for number in parameters.values() if number.source}
    keys = named | set(measured) | set(explained) | set(scored) | set(rule_sources())
    found = sorted(keys & set(registered))
    return tuple(registered[key] for key in found), tuple(sorted(keys - set(registered)))
