"""The pages: server-rendered HTML over ``services``, usable without script."""
