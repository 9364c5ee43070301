"""What each code is called, in Chinese and in English; a code without a name is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from suixin.kernel.refusal import WORDING, Refusal, Wording

Names = Mapping[str, Wording]


def _names(**pairs: tuple[str, str]) -> Names:
    return MappingProxyType({code: Wording(*pair) for code, pair in pairs.items()})


STATUS: Final = _names(
    scored=("已评分", "Scored"),
    thin_file=("档案太薄", "Thin file"),
    no_facts=("没有事实", "No facts"),
)

STATUS_MEANS: Final = _names(
    scored=("有等级", "with a grade"),
    thin_file=("事实太少，只有小额", "too few facts: a small limit"),
    no_facts=("当天一笔也没有", "not one by that day"),
)

GRADES: Final = ("D", "CCC", "B", "BB", "BBB", "A", "AA", "AAA")

INDICES: Final = _names(
    engagement=("社群参与", "Community engagement"),
    stability=("经营稳健", "Operating stability"),
    reputation=("口碑", "Word of mouth"),
)

PARTS: Final = _names(
    level=("每月净销售", "Monthly clean sales"),
    span=("经营跨度", "Span of trade"),
    volatility=("季节外起伏", "Swings beyond season"),
    trend=("趋势", "Trend"),
    fulfilment=("没有按时送到", "Not on time"),
    returns=("退款", "Refunds"),
    concentration=("最大买家", "Largest buyer"),
    recency=("最近发言", "Latest message"),
    active=("说话的天", "Days with a message"),
    repliers=("回话的人", "People who reply"),
    reciprocity=("有来有往", "Replies both ways"),
    delay=("回话快慢", "Time to answer"),
    relays=("接龙", "Order relays"),
    influence=("群里的分量", "Weight in group"),
    breadth=("活跃的群", "Active groups"),
    tenure=("入群几个月", "Months in a group"),
    freshness_quality=("新鲜与品质", "Freshness, quality"),
    taste=("口味", "Taste"),
    size_weight=("大小分量", "Size and weight"),
    packaging=("包装", "Packaging"),
    logistics=("物流", "Delivery"),
    price_value=("价格", "Price and value"),
    service=("服务", "Service"),
    authenticity=("真伪", "Authenticity"),
    overall=("总体", "Overall"),
    social=("社交增信", "Social lift"),
    crop=("作物核对", "Crop check"),
)

# What a part measures, so that the reader sees a figure with its unit: see figures.measured.
MEASURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "level": "log_yuan",
        "span": "points",
        "volatility": "plain",
        "trend": "signed",
        "fulfilment": "share",
        "returns": "share",
        "concentration": "share",
        "recency": "points",
        "active": "share",
        "repliers": "points",
        "reciprocity": "share",
        "delay": "log_minutes",
        "relays": "count",
        "influence": "points",
        "breadth": "count",
        "tenure": "months",
    }
)

ZEROED: Final = _names(
    UNSETTLED=("平台没有结算", "Not settled by the platform"),
    SAME_PARTY=("买家就是自己人", "The buyer is the seller or kin"),
    QUICK_REFUND=("当天就退了款", "Refunded within the day"),
    NO_GOODS=("没有发货和签收", "No goods handed over and received"),
    BURST=("一小时里突然太多", "Too many in one hour"),
    BUYER_CAP=("一位买家超出的部分", "One buyer beyond his share"),
)

FLAGS: Final = _names(
    SETTLEMENT_UNKNOWN=(
        "没有接入结算：净销售按已送达的订单减退款算，额度打折。",
        "No settlements: clean sales are delivered orders less refunds; the limit is cut.",
    ),
    BUYER_MASKED=(
        "买家只有店铺给的编号：自买自卖只看得出一部分，额度打折。",
        "Buyers have only a shop's id: self-buying is seen in part; the limit is cut.",
    ),
    GOODS_UNKNOWN=(
        "没有接入物流：看不到发货和签收。",
        "No shipments: hand-over and delivery are not seen.",
    ),
    REPLIES_INFERRED=(
        "群消息没有回复关系：十分钟内的下一句算作回话，只计一半。",
        "No reply links: the next message within ten minutes counts as an answer, by half.",
    ),
    CROP_AGREES=(
        "地里种的、申报的和卖出的对得上。",
        "What is planted, declared and sold bear each other out.",
    ),
    CROP_PHOTO=(
        "地里种的与申报相符，还没有销售可比，请补一张照片。",
        "The field agrees with the declaration; there are no sales to compare yet: send a photo.",
    ),
    CROP_CANNOT_TELL=(
        "卫星看不清这块地，不加也不减。",
        "The satellite cannot tell for this field: nothing is added or taken.",
    ),
    CROP_SOLD_ABOVE=(
        "卖出的多过地里种得出的，要人来看。",
        "More is sold than the field can yield: a person is to look.",
    ),
    CROP_NOT_PLANTED=(
        "地里种的少于申报，要人来看。",
        "Less is planted than declared: a person is to look.",
    ),
    CROP_FRAUD_CASE=(
        "地里种的、卖出的都与申报不符，要查。",
        "Neither the field nor the sales agree with the declaration: to be investigated.",
    ),
)

# Why a review weighs less than its age alone would say: credibility.Doubt.
DOUBTS: Final = _names(
    NEAR_DUPLICATE=("写得几乎一样，合算一条", "near-copies, together one voice"),
    REVIEW_BURST=("一天里突然太多", "too many in one day"),
    RATING_TEXT_MISMATCH=("星级与文字不符", "stars and words disagree"),
    NO_CLEAN_ORDER=("背后没有计入的订单", "no counted order behind"),
    BUYER_OVERLAP=("与别的账号评同样的店", "same shops as other accounts"),
    STOCK_TEXT=("平台默认或粘贴的套话", "default or pasted words"),
)

TRENDS: Final = _names(
    up=("变好", "better"),
    even=("变化不明显", "no clear change"),
    down=("变差", "worse"),
    too_few=("太少，看不出", "too few to say"),
)

SIGNS: Final = _names(
    WASH_TRADE=("疑似刷单", "Likely wash trade"),
    ENDORSEMENT_RING=("互相作保的圈子", "Ring of endorsers"),
    REVIEW_FARM=("疑似代写评价", "Likely made-up reviews"),
    BOT_BURST=("疑似机器流量", "Likely automatic traffic"),
    FALLING=("销售持续下滑", "Sales keep falling"),
    THIN_FILE=("事实太少", "Too few facts"),
    SEASONAL=("随季节经营", "Seasonal trade"),
    STEADY=("经营平稳", "Steady trade"),
)

# A sign has a shape before it has a colour: diamond, triangle, ring, disc.
SIGN_SHAPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "WASH_TRADE": " stop",
        "ENDORSEMENT_RING": " stop",
        "REVIEW_FARM": " stop",
        "BOT_BURST": " stop",
        "FALLING": " warn",
        "THIN_FILE": " warn",
        "SEASONAL": " idle",
        "STEADY": "",
    }
)
STATUS_SHAPES: Final[Mapping[str, str]] = MappingProxyType(
    {"scored": "", "thin_file": " warn", "no_facts": " idle"}
)

CODES: Final = _names(
    MISSING_VALUE=("缺必填的值", "A value is missing"),
    BAD_TYPE=("写法不对", "Not of its type"),
    OUT_OF_RANGE=("超出范围", "Out of range"),
    UNKNOWN_VALUE=("不认识的值", "A value not on the list"),
    UNKNOWN_STATUS=("不认识的状态", "A status not on the list"),
    CONFLICT=("同一编号，内容不同", "Same key, other content"),
    NO_SUCH_ROW=("指向的行不存在", "Points to a row that is not there"),
    NO_CONSENT=("没有授权", "No consent"),
    NO_BUREAU=("没有经过征信机构", "Not through a licensed bureau"),
    BAD_TIME=("时间不合理", "A time that cannot be"),
    TOO_LONG=("太长", "Too long"),
    UNREADABLE_LINE=("读不出来的行", "A line that cannot be read"),
    ORDER_WITHOUT_ITEMS=("订单没有商品", "An order without items"),
    LINE_TOO_LONG=("一行太长", "A line too long"),
    UNIT_IN_DOUBT=("单位存疑", "A unit in doubt"),
    FORBIDDEN_COLUMN=("不许有的列", "A column that may not be there"),
    PAGE_FAILED=("没有取到的一页", "A page that was not fetched"),
)

POOLS: Final = _names(
    public=("公域", "Public pool"),
    private=("私域", "Private pool"),
)

FEEDS: Final = _names(
    parties=("主体", "Parties"),
    party_links=("主体关系", "Party links"),
    declarations=("申报", "Declarations"),
    orders=("订单", "Orders"),
    order_lines=("订单行", "Order lines"),
    order_events=("订单进展", "Order events"),
    refunds=("退款", "Refunds"),
    settlements=("结算", "Settlements"),
    shipments=("物流", "Shipments"),
    reviews=("评价", "Reviews"),
    messages=("群消息（无内容）", "Messages (no text)"),
    memberships=("群与合作社成员", "Memberships"),
    endorsements=("作保", "Endorsements"),
    live_sessions=("直播场次", "Live sessions"),
    live_events=("直播事件", "Live events"),
    live_minutes=("直播分钟汇总", "Live minutes"),
    traffic=("流量", "Traffic"),
    parcels=("地块", "Parcels"),
    parcel_observations=("地块观测", "Parcel observations"),
    store_ratings=("店铺评分", "Store ratings"),
    consents=("授权", "Consents"),
    person_facts=("公平检查资料", "Facts for fairness checks"),
    purchase_orders=("采购单", "Purchase orders"),
    warehouse_receipts=("仓单", "Warehouse receipts"),
    price_quotes=("行情", "Price quotes"),
    registry_facts=("部门登记", "Registry facts"),
    debts_elsewhere=("别处的债", "Debts elsewhere"),
    loan_performance=("还款表现", "Loan performance"),
    villages=("村", "Villages"),
    stations=("服务站", "Stations"),
)

# The policy value behind a step.
STEP_RULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "base_sales": "limit.base",
        "base_sessions": "limit.base",
        "base_order": "products",
        "base_pledge": "products",
        "alpha": "limit.alpha",
        "tenor_days": "products",
        "tenor_factor": "limit.tenor_factor",
        "unseen_factor": "limit.alpha_unseen",
        "capacity": "limit.capacity",
        "thin_share": "limit.thin",
        "thin_cap": "limit.thin",
        "cap_product": "products",
        "most_by_step": "limit.step",
        "limit": "limit.step",
        "rate_base": "price.table",
        "rate_grade": "price.table",
        "rate_store": "price.table",
        "rate_guarantee": "price.table",
        "rate_middle": "price.table",
    }
)

# What each feed is for, so that a reader sees what is missing and what it would tell.
SERVES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "stability": (
            "orders",
            "order_lines",
            "order_events",
            "refunds",
            "settlements",
            "shipments",
        ),
        "engagement": ("messages", "memberships"),
        "reputation": ("reviews",),
        "social": ("endorsements",),
        "crop": ("parcels", "parcel_observations"),
        "terms": ("store_ratings", "declarations", "debts_elsewhere"),
    }
)

# Why nothing is granted is the kernel's to say; what to do next is the page's.
NEXT: Final[Mapping[Refusal, Wording]] = MappingProxyType(
    {
        Refusal.NO_FACTS: Wording(
            "授权一个卖货的渠道，让订单能被看到，然后再算一次。",
            "Give consent for a channel you sell on, so that its orders are seen, then ask again.",
        ),
        Refusal.NO_SALES_YET: Wording(
            "卖出并送到第一笔货，结算到账后再算一次。",
            "Sell and deliver a first order; ask again once it has been settled.",
        ),
        Refusal.GRADE_TOO_LOW: Wording(
            "先看“怎样提高”，等级升上去再算一次。",
            "See what would raise it most, and ask again once the grade has risen.",
        ),
        Refusal.CAPACITY_TOO_SMALL: Wording(
            "先还清别处的债，或补报其他收入，再算一次。",
            "Repay debts elsewhere or declare other income, then ask again.",
        ),
        Refusal.LIMIT_TOO_SMALL: Wording(
            "多积累几个月的销售，再算一次。",
            "Build up some more months of sales, then ask again.",
        ),
    }
)


def refusal_words(refusal: Refusal) -> tuple[Wording, Wording]:
    """Why nothing is granted, and what to do next.

    >>> [w.en for w in refusal_words(Refusal.NO_SALES_YET)][0]
    'There is no clean sale yet.'
    """
    return WORDING[refusal], NEXT[refusal]
