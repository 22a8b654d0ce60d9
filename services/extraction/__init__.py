"""Pages from files, standard input or the web to articles, without any store."""
