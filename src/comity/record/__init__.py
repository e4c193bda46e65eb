"""What happened: case folders, their contracts, and the series that other rooms read from them."""

from comity.record.bundled import bundled_cases as bundled_cases
from comity.record.counts import count_events as count_events
from comity.record.drivers import driver_panel as driver_panel
from comity.record.history import driver_history as driver_history
from comity.record.load import check_case as check_case
from comity.record.load import load_case as load_case
from comity.record.new import new_case as new_case
from comity.record.own_history import histories_without as histories_without
from comity.record.own_history import own_history as own_history
