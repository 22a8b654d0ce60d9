"""Pages for operators: totals, rejections, dead letters, traces."""
