"""Code of others in the pipeline: enrichers and notifiers, found by their entry points.

A plug-in that raises, hangs or cannot be imported costs no article. Each kind of failure is logged
once in a process.
"""
