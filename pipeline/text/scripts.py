"""Writing systems, as ranges for the inside of a regular expression's brackets (Unicode blocks)."""

KANA = "\u3040-\u30ff"
HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
HANGUL = "\uac00-\ud7af"
SOUTH_EAST_ASIAN = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Thai, Lao, Myanmar and Khmer."""

UNSPACED = f"{KANA}{HAN}{SOUTH_EAST_ASIAN}"
"""Scripts that put no spaces between words. Hangul has spaces."""

CJK = f"{KANA}{HAN}{HANGUL}"
"""Scripts of which one character says about as much as three of an alphabet."""
