"""The search backend for many machines."""
