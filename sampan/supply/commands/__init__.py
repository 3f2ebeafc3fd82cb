"""The commands `sampan chips`, `sampan screen` and `sampan approvals`."""
