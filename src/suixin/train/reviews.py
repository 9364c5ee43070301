"""Training a reader of reviews on labelled texts, and what its card tells of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from suixin.credit.reading.lexicon import packaged_lexicon
from suixin.credit.reading.model import (
    AspectHead,
    PraiseHead,
    ReviewModel,
    aspect_scores,
    praise_scores,
    seen,
)
from suixin.credit.reading.model_file import packaged_model
from suixin.credit.reading.text import batch_of
from suixin.data.errors import InputError
from suixin.kernel.policy import PolicyOn, load_policy
from suixin.train.reviews_counts import Counted, counted
from suixin.train.reviews_file import LabelledReviews, read_labelled
from suixin.train.reviews_fit import fit_aspects, fit_clauses, fit_praise
from suixin.train.reviews_folds import copies, dealt
from suixin.train.reviews_thresholds import (
    PairFigures,
    pair_figures,
    said_by,
    thresholds,
)

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

_DECIMALS: Final = 4
_LIMITS: Final = (
    "Figures are of texts in folds that were not learned, near-duplicates kept together; they hold "
    "for texts of the same goods, platforms and years, and nobody else's labels.",
    "It holds hashed weights and no text; whether a run of letters was learned can be looked up.",
    "A name is praised, blamed or not spoken of: what is said of it both ways goes to the louder.",
    "It reads what a text says, not whether it is true, nor who wrote it.",
)


@dataclass(frozen=True, slots=True)
class ReaderAsking:
    """What is asked of a training: files, and the name, version and purpose that the card has.

    `licence` says under which terms the texts were had, in a sentence.
    """

    texts: Path
    labels: Path | None
    also: tuple[Path, ...]
    name: str
    version: int
    purpose: str
    licence: str = "not stated"


def train_reader(
    asking: ReaderAsking, *, on: date, policies: Path | None = None
) -> tuple[ReviewModel, dict[str, Any]]:
    """Train on labelled files; the reader, and the sections of its card.

    A head that the labels do not teach is the packaged reader's own. Raises `InputError`: see
    `read_labelled`, and TOO_FEW_LABELS.
    """
    policy = load_policy("reading", policies).on(on)
    given = read_labelled(asking.texts, asking.labels)
    others = [read_labelled(path) for path in asking.also]
    heads = learn(given, others, policy)
    model = ReviewModel(
        name=asking.name,
        version=str(asking.version),
        praise=heads.praise or packaged_model().praise,
        aspects=heads.aspects or packaged_model().aspects,
    )
    taught = {"praise": heads.praise, "aspects": heads.aspects}
    files = [*given.digests, *(digest for one in others for digest in one.digests)]
    told = {
        "made_on": on.isoformat(),
        "purpose": asking.purpose,
        "data": {
            "files": [{"file": file, "sha256": digest} for file, digest in files],
            "licence": asking.licence,
        },
        "lexicon": packaged_lexicon().digest,
        "settings": _plain({name: policy[name] for name in sorted(policy.settings)}),
        "from_packaged": [name for name, head in taught.items() if head is None],
        "figures": heads.figures,
        "limits": list(_LIMITS),
    }
    return model, told


@dataclass(frozen=True, slots=True)
class Heads:
    """What labels taught, and figures of how well it reads; None where they teach no such head."""

    praise: PraiseHead | None
    aspects: AspectHead | None
    figures: dict[str, Any]


def learn(given: LabelledReviews, others: Sequence[LabelledReviews], policy: PolicyOn) -> Heads:
    """The heads that labels teach, and how well each reads texts that it did not learn."""
    teaching = given.only(~given.kept_out)
    figures: dict[str, Any] = {}
    praise, aspects = None, None
    if _enough(teaching, policy):
        praise, figures["praise"] = learn_praise(teaching, others, policy)
    if given.names:
        aspects, figures["aspects"] = learn_aspects(teaching, policy)
    if praise is None and aspects is None:
        raise _too_few(policy)
    if aspects is not None and given.kept_out.any():
        checked = given.only(given.kept_out & given.judged)
        found = said_by(read_aspects(aspects, checked.texts))
        figures["kept_out"] = _told(pair_figures(found, checked.said), given.names, len(found))
    return Heads(praise, aspects, figures)


# Praise ------------------------------------------------------------------------------------------


def learn_praise(
    given: LabelledReviews, others: Sequence[LabelledReviews], policy: PolicyOn
) -> tuple[PraiseHead, dict[str, Any]]:
    """The head of praise, and the share it tells right of texts in folds that it did not learn."""
    lessons = praise_lessons(given, others, policy)
    own = lessons.weight == 1.0
    texts = [text for text, mine in zip(lessons.texts, own, strict=True) if mine]
    fold = np.full(len(own), -1)
    fold[own] = folds_of(texts, policy)
    right = np.zeros(len(own), bool)
    for one in range(policy["reading.folds"]["count"]):
        unseen = np.flatnonzero(fold == one)
        score = read_praise(lessons.taught(fold != one), [lessons.texts[k] for k in unseen])
        right[unseen] = (score > 0.0) == (lessons.praised[unseen] == 1.0)
    told = {
        "texts": len(texts),
        "praised": int(lessons.praised[own].sum()),
        "texts_of_other_goods": int((~own).sum()),
        "accuracy": round(float(right[own].mean()), _DECIMALS),
    }
    return lessons.taught(), told


@dataclass(frozen=True, slots=True)
class PraiseLessons:
    """Texts that teach praise, their labels, and what each weighs: 1 where of the goods at hand."""

    texts: tuple[str, ...]
    counts: Counted
    praised: Floats
    weight: Floats
    rules: Mapping[str, Any]

    def taught(self, some: Bools | None = None) -> PraiseHead:
        """The head that these texts, or some of them, teach."""
        if some is None:
            return fit_praise(self.counts, self.praised, self.weight, self.rules)
        counts = self.counts.only(some)
        return fit_praise(counts, self.praised[some], self.weight[some], self.rules)


def praise_lessons(
    given: LabelledReviews, others: Sequence[LabelledReviews], policy: PolicyOn
) -> PraiseLessons:
    """The labelled texts of the goods at hand, and of other goods at their lower weight."""
    rules = policy["reading.praise"] | policy["reading.letters"]
    parts = [one.only(~np.isnan(one.praised)) for one in (given, *others)]
    texts = tuple(text for part in parts for text in part.texts)
    return PraiseLessons(
        texts=texts,
        counts=counted(texts),
        praised=np.concatenate([part.praised for part in parts]),
        weight=np.where(np.arange(len(texts)) < len(parts[0].texts), 1.0, rules["others"]),
        rules=rules,
    )


def read_praise(head: PraiseHead, texts: Sequence[str]) -> Floats:
    """The score of praise of each text."""
    lexicon = packaged_lexicon()
    return praise_scores(head, seen(batch_of(texts, lexicon.reads_as), lexicon))


# Aspects -----------------------------------------------------------------------------------------


def learn_aspects(given: LabelledReviews, policy: PolicyOn) -> tuple[AspectHead, dict[str, Any]]:
    """The head of aspects, and its F1 on texts in folds that it did not learn.

    The thresholds by which a fold is judged are those of the other folds.
    """
    own = given.only(given.judged)
    _refuse_few(own, policy)
    counts = counted(own.texts)
    fold = folds_of(own.texts, policy)
    score = np.zeros((len(own.texts), len(own.names), _sides(own)))
    for one in np.unique(fold):
        learns = fold != one
        head = _fitted(own.only(learns), counts.only(learns), policy)
        unseen = np.flatnonzero(~learns)
        score[unseen] = read_aspects(head, [own.texts[k] for k in unseen])
    found = np.zeros(score.shape, bool)
    for one in np.unique(fold):
        rest = fold != one
        edge = thresholds(score[rest], own.said[rest])
        found[~rest] = said_by(score[~rest] - edge)
    edge = thresholds(score, own.said)
    head = _fitted(own, counts, policy)
    told = _told(pair_figures(found, own.said), own.names, len(own.texts))
    return replace(head, bias=head.bias - edge.ravel()), told


def read_aspects(head: AspectHead, texts: Sequence[str]) -> Floats:
    """The scores (texts, names, sides) of each text."""
    lexicon = packaged_lexicon()
    return aspect_scores(head, seen(batch_of(texts, lexicon.reads_as), lexicon)).score


def folds_of(texts: Sequence[str], policy: PolicyOn) -> Ints:
    """A fold for every text, near-duplicates together."""
    rules = policy["reading.folds"]
    return dealt(copies(texts, rules["alike"]), rules["count"], rules["seed"])


def _fitted(given: LabelledReviews, counts: Counted, policy: PolicyOn) -> AspectHead:
    letters = policy["reading.letters"]
    said = given.said[..., : _sides(given)].reshape(len(given.texts), -1).astype(np.float64)
    if not len(given.marks):
        return fit_aspects(counts, said, given.names, policy["reading.aspects"] | letters)
    by_clause = _clause_labels(given, counts)
    return fit_clauses(counts, said, by_clause, given.names, policy["reading.clauses"] | letters)


def _clause_labels(given: LabelledReviews, counts: Counted) -> Floats:
    """(clauses, names × sides) which clause holds the words that each label rests on."""
    labels = np.zeros((len(counts.review), _sides(given) * len(given.names)))
    widest = int(counts.end.max(initial=0)) + 1
    opens = counts.review * widest + counts.begin
    text, column, character = given.marks.T
    place = text * widest + np.minimum(character, widest - 1)
    clause = np.maximum(np.searchsorted(opens, place, side="right") - 1, 0)
    within = (counts.review[clause] == text) & (character < counts.end[clause])
    labels[clause[within], column[within]] = 1.0
    return labels


def _sides(given: LabelledReviews) -> int:
    """Praise and blame; and neither, where labels name the words that say so."""
    return given.said.shape[2] if len(given.marks) else 2


def _told(figures: PairFigures, names: Sequence[str], texts: int) -> dict[str, Any]:
    return {
        "texts": texts,
        "pair_f1": round(figures.micro, _DECIMALS),
        "macro_f1": round(figures.macro, _DECIMALS),
        "polarity_accuracy": round(figures.polarity, _DECIMALS),
        "f1": {name: round(f1, _DECIMALS) for name, f1 in zip(names, figures.by_name, strict=True)},
    }


def _plain(values: Mapping[str, Any]) -> Any:
    """Values of a policy as YAML can hold them."""
    return json.loads(json.dumps(values, default=dict))


def _enough(given: LabelledReviews, policy: PolicyOn) -> bool:
    least: Mapping[str, int] = policy["reading.labels"]
    known = given.praised[~np.isnan(given.praised)]
    fewest = min((known == 1.0).sum(), (known == 0.0).sum())
    return bool(len(known) >= least["texts_min"] and fewest >= least["side_min"])


def _refuse_few(given: LabelledReviews, policy: PolicyOn) -> None:
    if len(given.texts) < policy["reading.labels"]["texts_min"]:
        raise _too_few(policy)


def _too_few(policy: PolicyOn) -> InputError:
    least = policy["reading.labels"]
    return InputError(
        "TOO_FEW_LABELS",
        f"A head takes {least['texts_min']} labelled texts, and praise {least['side_min']} of "
        "either side; there are fewer.",
        "Label more texts, or use the packaged reader.",
    )
