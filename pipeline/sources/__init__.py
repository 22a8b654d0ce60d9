"""What is known of a source, and what follows from it.

State, publication rate, poll policy, health, subscription.
"""
