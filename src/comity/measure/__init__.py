"""Events to relations: likelihood, filter, smoother, hyper-parameters, baseline."""

from comity.measure.fit import fit_relations as fit_relations
