"""Languages told by script, by common English words, and by the model only where needed."""

import subprocess
import sys

import pytest

from briefings.text.language import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", ""),
        ("2023-09-28 18% $586m", ""),
        ("Tencent", ""),
        ("阿里", ""),
        ("Alibaba and Tencent join forces", "en"),
        ("The two rivals of a decade open their gardens to each other’s links.", "en"),
        ("阿里巴巴与腾讯合作", "zh"),
        ("阿里巴巴與騰訊合作，微博股價上漲", "zh"),
        ("腾讯 Tencent Music 与 Spotify 互相持股，双方各持少数股权", "zh"),
        ("The company, known in Chinese as 阿里巴巴, said that it would invest.", "en"),
        ("アリババとテンセントが提携", "ja"),
        ("中国电商の巨头阿里巴巴宣布与腾讯合作", "zh"),
        ("알리바바와 텐센트 제휴", "ko"),
        ("Алибаба и Tencent договорились", "ru"),
        ("علي بابا وتينسنت", "ar"),
        ("Alibaba und Tencent schließen ein Bündnis", "de"),
        (
            "Alibaba et Tencent ont annoncé un accord publicitaire pour le festival de novembre, "
            "et les liens vers Taobao s'ouvrent dans WeChat.",
            "fr",
        ),
        ("Tencent Music Q3 revenue beats estimates", ""),
    ],
)
def test_detect(text: str, language: str) -> None:
    assert detect(text) == language


def test_english_and_chinese_never_load_the_model() -> None:
    probe = (
        "import sys; from briefings.text.language import detect;"
        "assert detect('Two rivals agreed to open their gardens to the other.') == 'en';"
        "assert detect('阿里巴巴与腾讯合作') == 'zh';"
        "assert 'py3langid' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", probe], check=True, timeout=30)
