"""What Newsloom measures of itself, for Prometheus."""
