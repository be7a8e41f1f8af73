"""Radicals that stand in place of the Chinese characters they look like, as in the text of many PDF files."""

import re
import unicodedata

_RADICAL = re.compile("[\u2e80-\u2eff\u2f00-\u2fdf]")
_OF_RADICALS = {
    ord(radical): character
    for radical, character in zip(
        "⺀⺁⺄⺈⺋⺌⺍⺎⺏⺐⺒⺓⺔⺕⺗⺙⺛⺜⺝⺟⺠⺧⺩⺫⺬⺭⺰⺱⺶⺹⺽⺾⻁⻂⻃⻄⻅⻆⻈⻉⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
        "冫厂乙刀㔾小小兀尣尢巳幺彑彐㣺攵旡日月母民牛王目示礻纟罓羊耂臼艹虎衤覀西见角讠贝车辶辶辶阝钅長镸长门阝雨青韦页风飞食飠饣马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
        strict=True,
    )
}
"""Unicode's EquivalentUnifiedIdeograph for the radicals that its normal forms leave as they are."""


def without_radicals(text: str) -> str:
    """The text with characters in place of the radicals that look like them."""
    if not _RADICAL.search(text):
        return text
    return _RADICAL.sub(lambda found: _OF_RADICALS.get(ord(found[0]), unicodedata.normalize("NFKC", found[0])), text)
