"""Events to relations: likelihood, filter, smoother, hyper-parameters, baseline."""

from comity.measure.fit import fit_relations as fit_relations

SOURCES = (
    "goldstein-1992",
    "terechshenko-2020",
    "minka-2001",
    "rauch-tung-striebel-1965",
    "rue-2009",
    "gneiting-raftery-2007",
)
"""Keys of the works behind tone scale, source intercepts, filter, smoother, mixture and score."""
