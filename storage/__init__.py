"""Where things are kept: one Protocol and one module per backend."""
