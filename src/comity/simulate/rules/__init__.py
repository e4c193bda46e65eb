"""The processes of the system, one file each."""
