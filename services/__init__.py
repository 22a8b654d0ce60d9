"""What a user can do: one module per use case, functions with typed arguments, records as results.

The command prints the records, the API serialises them, the pages render them. A service does not
print, parse a command line, end the process or know HTTP. It raises the errors of
``services.errors`` and reports progress through callbacks.
"""
