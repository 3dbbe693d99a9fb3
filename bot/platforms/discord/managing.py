"""The buttons below a channel's list of digests: they change what may be changed twice. Pure.

ask:preview 3   do:pause:3   do:resume:3
"""

from __future__ import annotations

import re

from bot.platforms.discord.limits import BUTTONS
from bot.platforms.discord.outbound import ASK, Button
from briefings.answers import Answer, SubscriptionList

PAIRS = BUTTONS // 2
_DO = re.compile(r"do:(pause|resume):(\d{1,9})")


def with_managing(answer: Answer, buttons: tuple[Button, ...]) -> tuple[Button, ...]:
    """The buttons of an answer; a list of digests gets two for each, as long as there is room."""
    if not isinstance(answer, SubscriptionList) or buttons:
        return buttons
    made: list[Button] = []
    for row in answer.rows[:PAIRS]:
        action = "resume" if row.paused else "pause"
        made.append(Button(f"Preview {row.number}", f"{ASK}:preview {row.number}"))
        made.append(Button(f"{action.capitalize()} {row.number}", f"do:{action}:{row.number}"))
    return tuple(made)


def managed(custom_id: str) -> str:
    """The command of such a button; "" for any other."""
    found = _DO.fullmatch(custom_id)
    return f"{found[1]} {found[2]}" if found else ""
