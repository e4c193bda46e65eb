"""Relations and drivers to effects: panel, designs, placebos, evidence tiers."""

from comity.explain.explain import explain_drivers as explain_drivers

SOURCES = (
    "de-jong-1991",
    "yu-meng-2011",
    "cinelli-hazlett-2020",
    "callaway-santanna-2021",
    "cengiz-2019",
    "hausman-1978",
    "staiger-stock-1997",
    "marvel-2011",
    "mcgillivray-smith-2008",
    "jones-olken-2005",
)
"""Keys of the works behind sums, sampler, robustness, designs, placebos and drivers."""
