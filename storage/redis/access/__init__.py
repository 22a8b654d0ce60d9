"""Who may use the web process, and how often."""
