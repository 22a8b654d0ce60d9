"""The soak: faults on a whole Newsloom under work, and the proof that nothing was lost."""
