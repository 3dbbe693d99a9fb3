"""Search terms: documents and queries meet in either script, case and width."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.text.chinese import simplified, traditional_to_simplified
from briefings.text.tokens import index_terms, is_cjk, query_terms, words

MIXED = st.text(
    st.one_of(st.characters(), st.sampled_from("阿里雲云騰讯テンAbc19 -_.，'")), max_size=30
)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Alibaba's 18% stake", ["alibaba", "s", "18", "stake"]),
        ("阿里雲", ["阿里", "里云", "云"]),
        ("阿里云推出Qwen３", ["阿里", "里云", "云推", "推出", "出", "qwen3"]),
        ("ＴＥＮＣＥＮＴ，騰訊", ["tencent", "腾讯", "讯"]),
        ("snake_case 1.327", ["snake", "case", "1", "327"]),
        ("", []),
    ],
)
def test_index_terms(text: str, terms: list[str]) -> None:
    assert index_terms(text) == terms


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("阿里雲", ["阿里", "里云"]),
        ("云", ["云"]),
        ("Tencent 微信", ["tencent", "微信"]),
        ("—", []),
    ],
)
def test_query_terms(query: str, terms: list[str]) -> None:
    assert query_terms(query) == terms


@given(MIXED, st.data())
def test_every_stretch_of_a_text_is_found_by_its_own_words(text: str, data: st.DataObject) -> None:
    terms = index_terms(text)
    folded = [word for word in terms if not is_cjk(word)]
    for term in query_terms(text):
        if is_cjk(term) and len(term) == 1:
            assert any(held.startswith(term) for held in terms)
        else:
            assert term in terms
    if "".join(text.split()) and folded:
        assert query_terms(data.draw(st.sampled_from(folded)))
    assert all(term.isalnum() or is_cjk(term) for term in terms)


@given(MIXED)
def test_scripts_fold_character_by_character(text: str) -> None:
    assert len(simplified(text)) == len(text)
    assert simplified(simplified(text)) == simplified(text)
    assert index_terms(simplified(text)) == index_terms(text)


def test_the_folding_table_is_one_to_one_in_length() -> None:
    table = traditional_to_simplified()
    assert len(table) > 4000
    assert all(len(simple) == 1 and ord(simple) not in table for simple in table.values())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Alibaba's e-commerce arm, Taobao.com, grew 34.5% to 1,000.", 8),
        ("阿里巴巴与 Tencent 合作", 8),
        ("— … !", 0),
    ],
)
def test_words_are_counted(text: str, count: int) -> None:
    assert words(text) == count
