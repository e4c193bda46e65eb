"""The baselines that the measurement must beat: rules, their fit and their scores."""

from comity.measure.baselines.baseline import Baseline as Baseline
from comity.measure.baselines.baseline import Rule as Rule
from comity.measure.baselines.climatology import Climatology as Climatology
from comity.measure.baselines.climatology import GlobalMean as GlobalMean
from comity.measure.baselines.climatology import Persistence as Persistence
from comity.measure.baselines.discounting import DiscountedCounts as DiscountedCounts
from comity.measure.baselines.discounting import TwoMemories as TwoMemories
from comity.measure.baselines.goldstein import GoldsteinSmoothing as GoldsteinSmoothing
from comity.measure.baselines.search import BestPoint as BestPoint
from comity.measure.baselines.search import Parameter as Parameter
from comity.measure.baselines.smoothing import ExponentialSmoothing as ExponentialSmoothing
from comity.measure.baselines.static import StaticHierarchy as StaticHierarchy
from comity.measure.baselines.vector_autoregression import (
    MinnesotaRegression as MinnesotaRegression,
)
