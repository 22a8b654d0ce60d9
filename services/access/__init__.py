"""Who may use the web process."""
