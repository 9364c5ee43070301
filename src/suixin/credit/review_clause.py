"""One short clause of a review, without what would tell who wrote it or lead anywhere.

What is taken out: links, addresses of mail, numbers that could be a telephone's, an order's or a
card's (also in full-width, circled or Chinese digits, and with marks between them), accounts of
other networks, addresses, the names behind 叫 and before 师傅. Names that nothing announces cannot
be told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from suixin.credit.reading.lexicon import packaged_lexicon

CLAUSE_MAX: Final = 30
"""Characters of a clause that are shown."""

_GONE: Final = "\0"  # Stands in place of each character that is taken out.
_CUT: Final = "…"
_LEAST: Final = 2  # Letters that say anything.
_NUMERALS: Final = dict(zip("零〇一幺二三四五六七八九", "001123456789", strict=True))
_WORD: Final = r"[\u4e00-\u9fff\d]"  # Some characters of names are numerals too.
_SURNAMES: Final = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严金魏陶姜戚谢邹喻苏潘葛范彭郎鲁韦马苗凤方俞任"
    "袁柳唐薛雷贺倪汤滕殷罗毕郝邬安常乐于傅齐康伍余顾孟黄穆萧尹姚邵汪毛狄戴宋庞熊纪舒屈项祝董梁杜阮"
    "蓝季贾江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍虞万管卢莫经房裘缪丁邓洪包左石崔吉龚程邢裴陆荣翁"
    "侯宁栾甘厉祖武符刘景詹龙叶黎白赖卓屠池乔闻党翟谭姬申冉桑桂牛尚温庄晏柴瞿阎连习艾容向古易廖耿"
    "欧聂曾沙关曲游覃岑佟"
)
_ACCOUNTS: Final = (
    "微信|薇信|威信|徽信|[v微]信|(?<![a-z])(?:weixin|wechat|vx|wx|qq|tel|id)|扣扣|企鹅|电话|手机|联系方式"
    "|抖音|快手|小红书|支付宝|旺旺|淘宝|微博|公众号|加[我微v]|单号|订单号?|运单号?|快递号|身份证"
)
_TITLES: Final = (
    "先生|女士|小姐|师傅|大姐|大哥|大叔|大妈|阿姨|叔叔|老师|老板娘?|经理|主任|店长|主播"
)
_PATTERNS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:https?|ftp)\s*:\s*/*\S*",
        r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*|@\S{1,20}",
        r"(?:[a-z0-9-]+\s*[.。]\s*)+(?:com|cn|net|org|top|xyz|shop|vip|cc|me|io|info|site|club)"
        r"(?![a-z])[^\s，。！？,!?]*",
        r"[￥¥€$][^￥¥€$\s]{6,16}[￥¥€$]",
        # Five digits and more, whatever marks stand between them.
        r"[a-z]{0,4}\d(?:[\s\-._*/·、,，()]{0,3}\d){4,}[a-z]{0,2}",
        r"(?=[a-z_-]*\d)[a-z0-9_-]{6,}",
        rf"(?:{_ACCOUNTS})(?:{_ACCOUNTS}|[号名是为叫我:\s])*[a-z0-9_-]{{2,}}",
        rf"(?:{_ACCOUNTS})[号名]?[是为叫:]\s*[^\s，。！？,!?；;]{{1,12}}",
        rf"(?:(?:我|名字?|人|姐|哥|娘|播|服|员|方|称)叫|叫[做作]|姓名[是:]?|联系人[是:]?|收[件货]人[是:]?"
        rf"|署名[是:]?|我姓|免贵姓|叫我|叫(?=[{_SURNAMES}])|姓(?=[{_SURNAMES}])){_WORD}{{1,3}}",
        rf"(?<!{_WORD})[{_SURNAMES}]{_WORD}?(?:{_TITLES})|[小老阿][{_SURNAMES}](?:{_TITLES})",
        rf"(?:客服|快递|师傅|老板|店家|主播|骑手|小哥|员)[小老阿][{_SURNAMES}]",
        rf"[{_SURNAMES}](?:师傅|女士|先生|小姐|阿姨)",
        r"\S?\*{2,}\S?",
        r"\d+\s*(?:号楼|号院|栋|幢|单元|室)[\d号楼栋幢单元室-]*",
        r"(?:住在|家住|住址|地址)[是:]?[^\s，。！？,!?；;]{1,30}",
        rf"{_WORD}{{1,6}}(?:路|街|巷|弄|胡同|大道|小区|花园|公寓|村|镇|乡|屯|庄)"
        r"\s*\d[\d号楼栋幢组室弄单元-]*",
    )
)
# Where none of these stands, no pattern is looked for.
_TELLING: Final = re.compile(
    rf"[a-z0-9@*￥¥€$叫姓住址]|小[{_SURNAMES}]|{_ACCOUNTS}|{_TITLES}", re.IGNORECASE
)


class _Folds(dict[int, str]):
    """A character as the patterns look at it, one for one: the digits of every script as 0–9."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        digit = _NUMERALS.get(character) or unicodedata.digit(character, None)
        wide = unicodedata.normalize("NFKC", character)
        self[code] = str(digit) if digit is not None else wide if len(wide) == 1 else character
        return self[code]


_FOLDS: Final = _Folds()


def plain(text: str) -> str:
    """A text as long as it is, every character to be taken out replaced by a mark of its own.

    >>> plain("果子甜，我叫王小花，电话①③⑧ 0013 8000").replace("\\0", "")
    '果子甜，，'
    """
    folded = text.translate(_FOLDS)
    if not _TELLING.search(folded):
        return text
    held = list(text)
    for pattern in _PATTERNS:
        for found in pattern.finditer(folded):
            held[found.start() : found.end()] = _GONE * (found.end() - found.start())
    return "".join(held)


def clauses(text: str, begin: int, end: int) -> Iterator[str]:
    """The clauses that a span of a text lies in, each fit to be shown; see `plain`.

    One that is too long comes twice: its end, then its beginning.

    >>> list(clauses("物流快，果子不怎么好吃，微信abc123！", 4, 20))
    ['果子不怎么好吃']
    """
    ends = packaged_lexicon().ends_clause
    marked = plain(text)
    at = min(begin, len(marked))
    while at > 0 and not ends[ord(marked[at - 1])]:
        at -= 1
    while at < min(max(end, begin + 1), len(marked)):
        close = at
        while close < len(marked) and not ends[ord(marked[close])]:
            close += 1
        shown = _shown(marked[at:close])
        if len(shown) > CLAUSE_MAX:
            yield _CUT + shown[1 - CLAUSE_MAX :]
            yield shown[: CLAUSE_MAX - 1] + _CUT
        elif sum(map(str.isalnum, shown)) >= _LEAST:
            yield shown
        at = close + 1


def _shown(marked: str) -> str:
    """What is left of a clause: nothing that was taken out, no mark that cannot be seen."""
    kept = (c for c in marked if c == " " or unicodedata.category(c)[0] not in "CMZ")
    return " ".join("".join(kept).split())
