"""Learns the weights of the second opinion from phrases, and rounds them to what is shipped."""

import json
import math
import warnings
from array import array
from base64 import b85encode
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from bot.language.intent import Intent
from bot.language.second_opinion import Weights, pieces
from tests.intents.phrases import Phrase

INTENTS = tuple(str(intent) for intent in Intent)
SEEN = 2  # phrases that a piece has to be in
MOST = 30_000  # pieces that are kept, the commonest
LOOSE = 30.0  # how far weights may go from zero (the inverse of the penalty): chosen by cross-validation
ROUNDS = 100  # it needn't settle: stopping early does no harm to what is new


def learned(phrases: Sequence[Phrase]) -> Weights:
    """Multinomial logistic regression over the pieces' TF-IDF. A phrase with several intents counts for each, and once in all."""
    split = {text: pieces(text) for text in {p.text for p in phrases}}
    seen = Counter(piece for found in split.values() for piece in found)
    common = sorted((piece for piece, times in seen.items() if times >= SEEN), key=lambda piece: (-seen[piece], piece))[:MOST]
    places = {piece: place for place, piece in enumerate(sorted(common))}
    rarity = tuple(round(10 * (math.log((1 + len(split)) / (1 + seen[piece])) + 1)) / 10 for piece in places)
    examples = [(p.text, intent, 1 / len(p.accept)) for p in phrases for intent in p.accept]
    vectors = _vectors([split[text] for text, _, _ in examples], places, rarity)
    model = LogisticRegression(C=LOOSE, max_iter=ROUNDS)
    warnings.simplefilter("ignore", ConvergenceWarning)
    model.fit(vectors, [INTENTS.index(intent) for _, intent, _ in examples], sample_weight=[share for _, _, share in examples])
    intents = tuple(INTENTS[number] for number in model.classes_)
    exact = (model.coef_ * np.array(rarity)).T
    scale = float(np.abs(exact).max()) / 127
    rows = np.rint(exact / scale).astype(np.int8)
    bias = tuple(round(float(number), 4) for number in model.intercept_)
    return Weights(intents, bias, round(scale, 8), places, rarity, array("b", rows.tobytes()))


def _vectors(split: Iterable[Sequence[str]], places: dict[str, int], rarity: Sequence[float]) -> csr_matrix:
    columns: list[int] = []
    values: list[float] = []
    ends = [0]
    for found in split:
        known = [places[piece] for piece in found if piece in places]
        length = math.sqrt(sum(rarity[place] ** 2 for place in known)) or 1.0
        columns += known
        values += [rarity[place] / length for place in known]
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(ends) - 1, len(places)))


def written(weights: Weights, learned_from: dict[str, int], file: Path) -> None:
    """As `bot/language/second_opinion.py` reads it: names, and numbers of one byte."""
    kept = {
        "learned_from": learned_from,
        "intents": weights.intents,
        "bias": weights.bias,
        "scale": weights.scale,
        "pieces": list(weights.places),
        "rarity": b85encode(bytes(round(10 * number) for number in weights.rarity)).decode(),
        "rows": b85encode(array("b", weights.rows).tobytes()).decode(),
    }
    file.write_text(json.dumps(kept, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n", encoding="utf-8")
