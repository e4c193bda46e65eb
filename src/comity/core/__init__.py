"""The words everyone shares: states, dyads, months, random streams, errors, typed results."""
