"""The vectors of texts, and the worker they come from."""

from __future__ import annotations

import numpy as np
import pytest

from briefings.summaries.embedding import BATCH, Embedder, embed, meaning_workers


def similarity(one: bytes, other: bytes) -> float:
    rows = np.frombuffer(one + other, "<f2").astype(np.float32).reshape(2, 512)
    return float(rows[0] @ rows[1])


def test_a_vector_is_512_half_floats_of_length_1() -> None:
    (vector,) = embed(["Alibaba buys a stake in Weibo"])
    assert len(vector) == 1024
    assert similarity(vector, vector) == pytest.approx(1.0, abs=0.01)


def test_english_and_chinese_meet() -> None:
    english, chinese, other = embed(
        ["Tencent cuts cloud prices", "腾讯云宣布降价", "Weibo opens an office in Singapore"]
    )
    assert similarity(english, chinese) > similarity(english, other) + 0.2


def test_traditional_characters_mean_what_simplified_ones_do() -> None:
    simplified, traditional = embed(
        ["阿里巴巴入股新浪微博", "阿里巴巴入股新浪微博".replace("里", "裡")]
    )
    assert similarity(simplified, traditional) > 0.99


@pytest.mark.parametrize("text", ["", " ", "\ud800", "\x00" * 10, "ﷺ" * 5_000, "x" * 100_000])
def test_no_text_is_too_strange(text: str) -> None:
    (vector,) = embed([text])
    assert np.isfinite(np.frombuffer(vector, "<f2")).all()


async def test_texts_are_embedded_in_order_in_one_worker() -> None:
    workers = meaning_workers()
    texts = [f"Alibaba opened office number {number}" for number in range(BATCH + 3)]
    try:
        vectors = await Embedder(workers).embed(texts)
        assert await Embedder(workers).embed([]) == []
    finally:
        await workers.close()
    assert len(vectors) == len(texts)
    assert similarity(vectors[-1], embed(texts[-1:])[0]) == pytest.approx(1.0, abs=0.01)
    assert not workers.kills
