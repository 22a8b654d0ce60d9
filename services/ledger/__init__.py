"""What became of URLs, in all and one by one."""
