"""Other readers of reviews, beside ours in the same run: TF-IDF with a linear SVC, and SnowNLP."""

from __future__ import annotations

import importlib.util
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import LinearSVC

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SNOW_MOST = 400
"""Texts that SnowNLP reads; it takes milliseconds for each."""


@dataclass(frozen=True, slots=True)
class Peer:
    """What a peer found of the first of the texts, and how many it reads a second."""

    name: str
    found: Bools
    per_second: float


def svc_praise(learn: Sequence[str], praised: Floats, texts: Sequence[str]) -> Peer:
    """TF-IDF of one to three characters and a linear SVC, on the same training texts as ours."""
    words = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)
    model = LinearSVC(C=0.5).fit(words.fit_transform(learn), praised)
    began = time.perf_counter()
    found = model.decision_function(words.transform(texts)) > 0.0
    return Peer("TF-IDF + linear SVC", found, len(texts) / (time.perf_counter() - began))


def svc_pairs(learn: Sequence[str], said: Bools, texts: Sequence[str]) -> Peer:
    """The same, one classifier for every pair (texts, names, sides) of name and polarity."""
    words = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)
    flat = said.reshape(len(said), -1)
    taught = flat.any(axis=0)
    model = OneVsRestClassifier(LinearSVC(C=1.0))
    model.fit(words.fit_transform(learn), flat[:, taught].astype(np.int64))
    began = time.perf_counter()
    found = np.zeros((len(texts), flat.shape[1]), bool)
    found[:, taught] = model.predict(words.transform(texts)) > 0
    rate = len(texts) / (time.perf_counter() - began)
    return Peer("TF-IDF + linear SVC", found.reshape(-1, *said.shape[1:]), rate)


def snow_praise(texts: Sequence[str]) -> Peer | None:
    """SnowNLP's own model on the first `SNOW_MOST` texts; None where it is not installed."""
    if importlib.util.find_spec("snownlp") is None:
        return None
    from snownlp import SnowNLP

    some = [text or "。" for text in texts[:SNOW_MOST]]
    SnowNLP("好").sentiments  # noqa: B018  What it loads, it loads here.
    began = time.perf_counter()
    found = np.array([SnowNLP(text).sentiments >= 0.5 for text in some])
    return Peer("SnowNLP 0.12.3", found, len(some) / (time.perf_counter() - began))
