"""Readers of public tables about all states, as their publishers distribute them."""

from comity.record.world_tables.atop import read_atop_alliances as read_atop_alliances
from comity.record.world_tables.atop import read_atop_members as read_atop_members
from comity.record.world_tables.chisols import read_chisols as read_chisols
from comity.record.world_tables.depth import read_depth_scores as read_depth_scores
from comity.record.world_tables.folder import find_world_tables as find_world_tables
from comity.record.world_tables.folder import load_world_tables as load_world_tables
from comity.record.world_tables.leaders import read_archigos as read_archigos
from comity.record.world_tables.leaders import read_reign as read_reign
from comity.record.world_tables.state_numbers import load_state_numbers as load_state_numbers
