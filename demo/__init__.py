"""The sample newsroom: three invented news sites on loopback, crawled by ``newsloom demo``."""
