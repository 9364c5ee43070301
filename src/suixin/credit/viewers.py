"""Live viewers who look automatic: too fast, too even, or many behind one device.

Their events weigh nothing, and a session full of them is a sign on the file. Source: formulas §9.
"""

from __future__ import annotations

from dataclasses import dataclass

import narwhals as nw
import numpy as np

from suixin.credit.engine import Frame
from suixin.credit.index import Bools, Floats
from suixin.credit.nodes import summed
from suixin.credit.sales import day_of
from suixin.credit.subject import Subjects
from suixin.data.lake import FeedsOn
from suixin.kernel.day import epoch_day
from suixin.kernel.policy import PolicyOn

BPS = 10_000.0


@dataclass(frozen=True, slots=True)
class Viewers:
    """Events in the live sessions of each subject, one row a subject.

    `share` is the automatic events among all (NaN without any), `worst` the largest share of one
    session with enough events to tell (0 without such), `sign` where that one is too large.
    """

    events: Floats
    automatic: Floats
    share: Floats
    worst: Floats
    sign: Bools


def viewers(feeds: FeedsOn, subjects: Subjects, policy: PolicyOn) -> Viewers:
    """How much of each subject's live audience looks automatic, over the latest sessions."""
    col, size, sheet = nw.col, len(subjects), policy["viewers.sign"]
    sessions = feeds.frame("live_sessions").select("session", party="merchant")
    owned = sessions.join(subjects.frame.select("party", "row"), on="party").select(
        "session", "row"
    )
    today, day = epoch_day(feeds.day), day_of(col("at"))
    recent = feeds.frame("live_events").filter(day > today - sheet["days"], day <= today)
    events = recent.join(owned.unique(), on="session").select(
        "row", "session", "sequence", "at", viewer="viewer_day_hash", device="device_day_hash"
    )
    events = subjects.engine.keep("live_events_seen", events)
    found = subjects.engine.fetch(
        marked(events, policy)
        .group_by("row", "session")
        .agg(events=nw.len(), automatic=col("automatic").cast(nw.Int64).sum().cast(nw.Int64))
    )
    row, n, automatic = found["row"], found["events"], found["automatic"]
    told = n >= sheet["events"]
    worst = np.zeros(size)
    np.maximum.at(worst, row[told], automatic[told] / n[told])
    total, robots = summed(row, n, size), summed(row, automatic, size)
    with np.errstate(invalid="ignore"):
        share = robots / total
    return Viewers(total, robots, share, worst, worst >= sheet["share"] / BPS)


def marked(events: Frame, policy: PolicyOn) -> Frame:
    """Events (session, sequence, viewer, device, at) with `automatic`, whether they weigh nothing.

    A viewer is judged within a session; a device over all, its hash being salted by the day.
    """
    col = nw.col
    robots = _fast_or_even(events, policy).select("session", "viewer", robot=nw.lit(1))
    farms = (
        events.group_by("device")
        .agg(viewers=col("viewer").n_unique())
        .filter(col("viewers") > policy["viewers.device"])
        .select("device", farm=nw.lit(1))
    )
    return (
        events.join(robots, on=["session", "viewer"], how="left")
        .join(farms, on="device", how="left")
        .with_columns(automatic=~col("robot").is_null() | ~col("farm").is_null())
        .drop("robot", "farm")
    )


def _fast_or_even(events: Frame, policy: PolicyOn) -> Frame:
    """Viewers (session, viewer) above the rate, or with gaps that hardly vary.

    The variation is compared in whole numbers: n·Σg² − (Σg)² against (limit·Σg)², both × 10,000².
    Gaps that are all nought are as even as can be.
    """
    col = nw.col
    rate, rhythm = policy["viewers.rate"], policy["viewers.rhythm"]
    limit = float(rhythm["variation"] ** 2)
    # `over` is spelled out each time: one viewer's events in the order they came.
    by, order = ("session", "viewer"), ["at", "sequence"]
    later = col("at").shift(-rate["events"]).over(*by, order_by=order)
    gap = col("at") - col("at").shift(1).over(*by, order_by=order)
    square, spread = col("gap_sum") * col("gap_sum"), col("gaps") * col("gap_squares")
    return (
        events.with_columns(gap=gap, fast=(later - col("at")) < rate["seconds"])
        .with_columns(gap_square=col("gap") * col("gap"))
        .group_by(*by)
        .agg(
            fast=col("fast").cast(nw.Int64).max(),
            gaps=col("gap").count().cast(nw.Float64),
            gap_sum=col("gap").sum().cast(nw.Float64),
            gap_squares=col("gap_square").sum().cast(nw.Float64),
        )
        .filter(
            (col("fast") > 0)
            | (
                (col("gaps") >= rhythm["gaps"])
                & (((spread - square) * BPS**2 < limit * square) | (spread <= square))
            )
        )
    )
