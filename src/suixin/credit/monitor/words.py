"""What the monitoring report calls things, in both languages."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from suixin.kernel.refusal import Wording


def _names(**pairs: tuple[str, str]) -> MappingProxyType[str, Wording]:
    return MappingProxyType({code: Wording(*pair) for code, pair in pairs.items()})


COLUMN: Final = _names(
    engagement=("社群参与", "Engagement"),
    stability=("经营稳健", "Stability"),
    reputation=("口碑", "Word of mouth"),
    composite=("综合分", "Composite"),
    score=("评分", "Score"),
    pd=("违约概率", "Probability of default"),
    limit_fen=("额度", "Limit"),
)
VERDICT: Final = _names(
    steady=("平稳", "Steady"), watch=("关注", "Watch"), act=("处理", "Act")
)  # fmt: skip
ATTRIBUTE: Final = _names(
    sex=("性别", "Sex"), age=("年龄", "Age"), distance=("到服务站米数", "Metres to the station")
)  # fmt: skip
GROUP: Final = _names(f=("女", "Women"), m=("男", "Men"))
FIGURE: Final = _names(
    approved=("获得额度的比例", "Share with a limit"),
    limit_yuan=("平均额度（元）", "Mean limit (yuan)"),
    composite=("平均综合分", "Mean composite"),
    pd=("平均违约概率", "Mean probability"),
    bad=("实际不良率", "Realised bad rate"),
)
