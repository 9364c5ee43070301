"""Our own small grammar of reviews: an opening, two or three aspects, a close."""

from __future__ import annotations

from collections.abc import Sequence

# For each aspect: what a pleased and what a displeased buyer says.
ASPECTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "freshness_quality": (
        (
            "很新鲜，没有坏的", "质量好，个个饱满", "品相漂亮，干干净净", "一看就是刚摘的",
            "日期新鲜", "成色不错，没有杂质",
        ),
        ("不新鲜了", "有几个烂了", "打开就发霉", "坏了小半箱", "质量差，像陈货", "里面有虫眼"),
    ),
    "taste": (
        ("味道好", "很好吃", "口感细腻", "香味浓郁", "吃着有小时候的味道", "全家都爱吃"),
        ("味道怪怪的", "不好吃", "口感很差", "一点味道都没有", "有一股异味", "难以下咽"),
    ),
    "size_weight": (
        ("分量足", "足斤足两", "个头大", "大小均匀", "称了一下还多二两"),
        ("缺斤少两", "个头小", "分量不足", "大小不一", "称了少半斤"),
    ),
    "packaging": (
        ("包装严实", "包装很用心", "箱子结实，没有磕碰", "里外包了三层", "真空包装，放心"),
        ("包装破了", "箱子压烂了", "包装简陋", "袋子漏气", "包装太差"),
    ),
    "logistics": (
        ("物流快", "第二天就到了", "发货及时", "快递送到家门口", "三天到新疆，快"),
        ("物流太慢", "等了一个星期才到", "迟迟不发货", "快递一直没动", "说好两天，拖了五天"),
    ),
    "price_value": (
        ("价格实惠", "性价比高", "比超市便宜", "这个价很划算", "物有所值"),
        ("价格偏贵", "不值这个价", "性价比低", "比集上贵多了"),
    ),
    "service": (
        ("客服态度好", "老板热情", "有问必答", "售后处理得快", "店家很耐心"),
        ("客服不理人", "态度差", "售后推来推去", "问了三遍没人回"),
    ),
    "authenticity": (
        ("和直播里说的一样", "正宗的家乡货", "跟图片一致", "确实是农家自己做的"),
        ("和图片不符", "不是说的那个产地", "感觉是假货", "跟直播里说的两样"),
    ),
}  # fmt: skip
_SHARES = (20, 20, 12, 12, 14, 10, 8, 4)  # how often an aspect is spoken of, of a hundred

_OPENINGS = (
    "", "收到了，", "第二次买，", "朋友推荐的，", "给爸妈买的，", "在直播间下的单，", "拆箱看了，",
    "等了几天终于到了，", "公司团购的，", "过节送人，", "孩子念叨好久，", "群里接龙买的，",
)  # fmt: skip
_PLEASED = (
    "",
    "，还会再来",
    "，推荐",
    "，下次多买点",
    "，五星",
    "，支持家乡",
    "，满意",
    "，谢谢老板",
)
_CROSS = ("", "，失望", "，不会再买", "，希望改进", "，给个差评", "，已申请退款", "，慎买")

# One text and its smallest changes: what a review farm pastes.
_PASTED = "非常好的{0}，质量好，味道好，包装严实，物流快，老板热情，强烈推荐大家购买，以后还会常来"
_TAILS = ("", "！", "。", "～", "，赞", "，好评")
_SLANDER = "很差的{0}，不新鲜，坏了一大半，味道怪怪的，包装破了，客服不理人，千万不要买，给个差评"


# The same text with its adjectives, degrees and a noun or two exchanged: what a better farm writes.
_DEGREES = ("", "很", "非常", "特别", "真的很", "超级")
_REWORDED = (
    (("质量", "品质"), ("好", "不错", "棒", "过硬")),
    (("味道", "口感"), ("好", "正", "赞", "不错")),
    (("包装", "外包装"), ("严实", "用心", "结实", "仔细")),
    (("物流", "快递"), ("快", "给力", "迅速", "及时")),
    (("老板", "店家"), ("热情", "贴心", "耐心", "好")),
)
_REWORDED_OPENINGS = ("", "收到货了，", "第二次来了，", "朋友介绍的，")
_REWORDED_CLOSES = ("强烈推荐大家购买", "推荐大家购买", "值得大家购买")
_REWORDED_ENDS = ("以后还会常来", "以后会常来的", "以后还会再来")


def review_text(zh: str, pleased: Sequence[bool], draws: Sequence[int]) -> str:
    """A review of a good: one clause for each of `pleased`, chosen by whole-number draws.

    `draws` holds two numbers a clause, then two for the opening and the close.

    >>> review_text("蜂蜜", [True, False], [0, 1, 97, 0, 1, 4, 4])
    '收到了，蜂蜜质量好，个个饱满，和图片不符，给个差评'
    """
    clauses: list[str] = []
    used: list[int] = []
    for k, good in enumerate(pleased):
        aspect = _aspect(draws[2 * k], used)
        used.append(aspect)
        phrases = tuple(ASPECTS.values())[aspect][0 if good else 1]
        clauses.append(phrases[draws[2 * k + 1] % len(phrases)])
    opening = _OPENINGS[draws[2 * len(pleased)] % len(_OPENINGS)]
    closes = _PLEASED if all(pleased) else _CROSS
    close = closes[draws[2 * len(pleased) + 1] % len(closes)]
    return f"{opening}{zh}{'，'.join(clauses)}{close}"


def pasted_text(zh: str, draw: int) -> str:
    """What a review farm writes: the same words, but for the end.

    >>> pasted_text("蜂蜜", 1) == pasted_text("蜂蜜", 0) + "！"
    True
    """
    return _PASTED.format(zh) + _TAILS[draw % len(_TAILS)]


def reworded_text(zh: str, draws: Sequence[int]) -> str:
    """What a better farm writes: one text, its words exchanged by whole-number draws.

    `draws` holds one number for the opening, the goods and both closes, then three a clause.

    >>> reworded_text("蜂蜜", [0, 1, 1, 1] + [1] * 15)
    '非常好的蜂蜜，品质很不错，口感很正，外包装很用心，快递很给力，店家很贴心，推荐大家购买，以后会常来的'
    """
    return _reworded(zh, draws, range(len(_REWORDED)))


def shuffled_text(zh: str, draws: Sequence[int]) -> str:
    """The same with its clauses in any order and two of them left out.

    >>> shuffled_text("蜂蜜", [0, 1, 1, 1] + [1] * 15)
    '非常好的蜂蜜，品质很不错，口感很正，外包装很用心，推荐大家购买，以后会常来的'
    """
    # The number that chooses a clause's noun by its remainder gives its place by its size.
    order = sorted(range(len(_REWORDED)), key=lambda k: draws[4 + 3 * k] // 6)
    return _reworded(zh, draws, order[:-2])


def slander_text(zh: str, draw: int) -> str:
    """What is pasted against a rival's shop.

    >>> slander_text("蜂蜜", 0)[:13]
    '很差的蜂蜜，不新鲜，坏了一'
    """
    return _SLANDER.format(zh) + _TAILS[draw % 4]


def _reworded(zh: str, draws: Sequence[int], order: Sequence[int]) -> str:
    opening, goods, close, end = draws[:4]
    degree = _DEGREES[1 + goods % (len(_DEGREES) - 1)]
    clauses = []
    for k in order:
        nouns, praises = _REWORDED[k]
        noun, much, how = draws[4 + 3 * k : 7 + 3 * k]
        clauses.append(
            nouns[noun % len(nouns)] + _DEGREES[much % len(_DEGREES)] + praises[how % len(praises)]
        )
    return (
        f"{_REWORDED_OPENINGS[opening % len(_REWORDED_OPENINGS)]}{degree}好的{zh}，"
        f"{'，'.join(clauses)}，{_REWORDED_CLOSES[close % len(_REWORDED_CLOSES)]}，"
        f"{_REWORDED_ENDS[end % len(_REWORDED_ENDS)]}"
    )


def _aspect(draw: int, used: Sequence[int]) -> int:
    left = draw % 100
    at = 0
    while left >= _SHARES[at]:
        left -= _SHARES[at]
        at += 1
    while at in used:
        at = (at + 1) % len(_SHARES)
    return at
