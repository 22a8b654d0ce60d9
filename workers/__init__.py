"""How it runs: the chain of stages, the sources, fetching, and the processes."""
