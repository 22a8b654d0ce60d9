"""What is known of a source, and what follows from it: state, publication rate, poll policy, health, subscription."""
