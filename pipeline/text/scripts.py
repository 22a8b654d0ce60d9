"""Which scripts put no spaces between words."""

UNSPACED = (
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
)
"""Kana, Han, Thai, Lao, Myanmar, Khmer, as the inside of a regular expression's brackets. (Hangul has spaces.)"""
