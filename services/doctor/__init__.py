"""Whether everything around Newsloom is as it should be."""
