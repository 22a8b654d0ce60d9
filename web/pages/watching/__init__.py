"""Pages of the sources that are watched."""
