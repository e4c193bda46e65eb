"""Quarrels and turning points: an exact grid filter of level and flare, pair by pair."""

from comity.measure.quarrels.fit import QuarrelFit as QuarrelFit
from comity.measure.quarrels.fit import fit_quarrels as fit_quarrels
from comity.measure.quarrels.focal import read_focal as read_focal
from comity.measure.quarrels.read import read_quarrels as read_quarrels
from comity.measure.quarrels.series import pair_acts as pair_acts
