"""The processes of a running Newsloom on one machine: supervised, alive, making progress."""
