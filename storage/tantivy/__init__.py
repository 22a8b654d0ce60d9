"""The embedded search backend."""
