"""The sample newsroom: three invented news sites, served on loopback, that ``newsloom demo`` crawls."""
