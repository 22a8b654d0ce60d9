"""Pages that came as plain text, with their menus, labels and teasers in it."""
