"""The ``newsloom`` command: thin over the other packages."""
