"""Relations and drivers to effects: panel, designs, placebos, evidence tiers."""

from comity.explain.explain import explain_drivers as explain_drivers
