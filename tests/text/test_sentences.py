"""Sentences as exact spans, English and Chinese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefings.text.sentences import split


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", []),
        (" \n\t", []),
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        # abbreviations, initials, numbers
        (
            "Bought by Example Holdings Ltd. in May. It cost $1.5 billion, i.e. a lot.",
            ["Bought by Example Holdings Ltd. in May.", "It cost $1.5 billion, i.e. a lot."],
        ),
        ("Sold by Example Inc. The rest stays.", ["Sold by Example Inc.", "The rest stays."]),
        ("Example Inc. Chairman J. Smith left.", ["Example Inc. Chairman J. Smith left."]),
        (
            "In the U.S. Treasury. At 5 p.m. Tuesday.",
            ["In the U.S. Treasury.", "At 5 p.m. Tuesday."],
        ),
        ("Sales in the U.S. They grew.", ["Sales in the U.S.", "They grew."]),
        ("No. 5 won. He said no. Then he left.", ["No. 5 won.", "He said no.", "Then he left."]),
        ("JD.com grew 3.5%. Yahoo! Inc. did not.", ["JD.com grew 3.5%.", "Yahoo! Inc. did not."]),
        ("See http://example.org/?a=b!c for more.", ["See http://example.org/?a=b!c for more."]),
        ("Wait... for it. Now.", ["Wait... for it.", "Now."]),
        # quotes and brackets
        ("“We win.” She left.", ["“We win.”", "She left."]),
        ('"Is it?" she asked. "Yes."', ['"Is it?" she asked.', '"Yes."']),
        ("It fell (by 3%.) Then rose.", ["It fell (by 3%.)", "Then rose."]),
        # Chinese
        (
            "双方合作。增长3.5%！“很高兴。”他说，是吗？好的",
            ["双方合作。", "增长3.5%！", "“很高兴。”", "他说，是吗？", "好的"],
        ),
        ("Tencent同意.双方合作", ["Tencent同意.", "双方合作"]),
        # lines
        ("Headline\nBody text.\n\nNext", ["Headline", "Body text.", "Next"]),
        ("hard wrapped\ntext runs on\nThen stops", ["hard wrapped\ntext runs on", "Then stops"]),
        ("- one\n• two\n3. three\n## four", ["one", "two", "three", "four"]),
    ],
)
def test_split(text: str, wanted: list[str]) -> None:
    assert sentences(text) == wanted


@given(
    st.text(
        st.one_of(st.characters(), st.sampled_from(".!?。！？…\"'”)\n\t -•#1aAb阿 U.S.Inc")),
        max_size=60,
    )
)
def test_spans_are_ordered_trimmed_and_lose_no_word(text: str) -> None:
    spans = split(text)
    end_before = 0
    for start, end in spans:
        assert end_before <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        end_before = end
    kept = "".join(text[start:end] for start, end in spans)
    dropped_numerals = 2 * len(text.splitlines())
    assert sum(map(str.isalpha, kept)) == sum(map(str.isalpha, text))
    assert sum(map(str.isdigit, text)) - sum(map(str.isdigit, kept)) <= dropped_numerals


@pytest.mark.parametrize(
    "text", ["." * 200_000 + "x", '.")' * 70_000, "\n" * 200_000, "a.b" * 70_000]
)
def test_piled_up_marks_do_not_pile_up_work(text: str) -> None:
    assert len(split(text)) <= 1
