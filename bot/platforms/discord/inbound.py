"""Interactions coming in from Discord: commands, buttons, a form, and what is being typed.

    interaction -> acknowledged -> seen before? -> who is it -> host.ask -> present -> shown

Discord waits three seconds for an acknowledgement, so it comes first; after a lost connection it
may tell an interaction again, and nothing is done twice.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord.app_commands import Choice

from bot.commands import changes, refused
from bot.grammar import Subscribe
from bot.platforms import Host, Picture
from bot.platforms.discord.commands import Elsewhere
from bot.platforms.discord.forms import SubscribeForm, submitted
from bot.platforms.discord.links import links
from bot.platforms.discord.managing import managed, with_managing
from bot.platforms.discord.markup import Page
from bot.platforms.discord.outbound import SHARE, present
from bot.platforms.discord.people import (
    MAY_NOT_WRITE,
    NO_SUCH_CHANNEL,
    fit_for,
    principal,
    refused_here,
    writes_here,
)
from bot.platforms.discord.pressing import pressed
from bot.platforms.discord.replies import Private, share
from bot.platforms.discord.responding import Responses
from bot.platforms.discord.settings import NAME
from bot.platforms.discord.wording import Interaction
from bot.platforms.shown import SUBSCRIBE
from bot.platforms.working import BUSY, Work
from briefings import answers
from briefings.errors import IntelbriefError
from briefings.subscriptions import Principal
from briefings.zones import zones_matching

CHOICES = 25
CHOICE_CHARS = 100
REMEMBERED = 2_000
"""Interactions known to have come, before anybody is asked."""
NO_LINKS = answers.Failure(
    "There is no web address in that message.", "Choose one that has a link."
)
NOT_SHOWN = answers.Failure("The answer could not be shown.", "Try once more.")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """A command, what of its answer is wanted, and for whom; `elsewhere`: of another channel."""

    text: str
    page: int = 1
    share: bool = False
    elsewhere: Elsewhere | None = None


class Inbound:
    """Answers what comes in."""

    def __init__(self, host: Host, manager_role: str, work: Work, responses: Responses) -> None:
        self._host = host
        self._responses = responses
        self._manager_role = manager_role
        self._known: OrderedDict[int, None] = OrderedDict()
        self.work = work

    # --- what comes in --------------------------------------------------------------------------

    async def asked(
        self, interaction: Interaction, text: str, elsewhere: Elsewhere | None = None
    ) -> None:
        """Answer a command of the grammar, about this channel or another of the server."""
        if await self._began(interaction, lasting=changes(text)):
            await self._in_turn(interaction, Wish(text, elsewhere=elsewhere))

    async def asked_of_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Sum up what a message links to."""
        if not await self._began(interaction):
            return
        who, reply = self._who(interaction), self._private(interaction)
        found = links(message.content, (each.url for each in message.embeds))
        if not found:
            await reply.say(*present(NO_LINKS, "", who.zone))
        async with self.work.turn() as room:
            for number, address in enumerate(found):
                text = f"summarize {address}"
                answer = await self._host.ask(text, who) if room else BUSY
                say = reply.more if number else reply.say
                await say(*present(answer, text, who.zone, writes=writes_here(interaction)))

    async def used(self, interaction: Interaction) -> None:
        """Take what the library has no callback for: buttons and forms, also those of old."""
        data: Mapping[str, Any] = interaction.data or {}
        custom_id = str(data.get("custom_id") or "")
        if interaction.type is discord.InteractionType.modal_submit:
            if (text := submitted(custom_id, data)) and await self._began(
                interaction, lasting=changes(text)
            ):
                await self._in_turn(interaction, Wish(text))
        elif interaction.type is discord.InteractionType.component:
            if text := managed(custom_id):
                await self._pressed(interaction, Wish(text))
            elif (press := pressed(custom_id)) and press.kind == SUBSCRIBE:
                await self._form(interaction, press.command.partition(" ")[2])
            elif press:
                wish = Wish(press.command, page=press.page, share=press.kind == SHARE)
                await self._pressed(interaction, wish)

    async def _pressed(self, interaction: Interaction, wish: Wish) -> None:
        message = interaction.message
        # A page of a private answer makes room for the next; what all see stays as it is.
        private = message is not None and message.flags.ephemeral
        new = not (private or wish.share)
        lasting = wish.share or changes(wish.text)
        if await self._began(interaction, lasting=lasting, thinking=new):
            await self._in_turn(interaction, wish)

    async def failed(self, interaction: Interaction, why: answers.Failure) -> None:
        """Tell somebody that their command could not be carried out."""
        if await self._responses.acknowledge(interaction):
            await self._private(interaction).say(*present(why, "", self._host.zone))

    # --- what is being typed --------------------------------------------------------------------

    def topics(self, typed: str) -> list[Choice[str]]:
        """Organisations that a text may mean, by the ranking of the core."""
        return [
            Choice(name=shown[:CHOICE_CHARS], value=command)
            for shown, command in self._host.suggest(typed, CHOICES)
            if len(command) <= CHOICE_CHARS
        ]

    def zones(self, typed: str) -> list[Choice[str]]:
        """Time zones that a text may mean; the desk's own for none."""
        keys = zones_matching(typed, CHOICES) if typed else (self._host.zone.key,)
        return [Choice(name=key, value=key) for key in keys]

    def presets(self, typed: str) -> list[Choice[str]]:
        """The kinds of digests that begin so."""
        begin = typed.casefold()
        found = [each for each in self._host.presets if each.casefold().startswith(begin)]
        return [Choice(name=each, value=each) for each in found if len(each) <= CHOICE_CHARS][
            :CHOICES
        ]

    async def subscriptions(self, interaction: Interaction, typed: str) -> list[Choice[int]]:
        """The digests of this channel whose number or topics have what is typed."""
        listed = await self._host.desk.subscribing.list(self._who(interaction))
        named = [
            (row.number, f"{row.number}: {' / '.join(row.topics)}, {row.when}")
            for row in listed.rows
        ]
        return _numbers(named, typed)

    async def sources(self, interaction: Interaction, typed: str) -> list[Choice[int]]:
        """The watched sources whose number or name has what is typed."""
        listed = await self._host.desk.sources(self._who(interaction).scope)
        return _numbers(
            [(row.number, f"{row.number}: {row.publisher}") for row in listed.rows], typed
        )

    # --- what is done about it ------------------------------------------------------------------

    async def _began(
        self, interaction: Interaction, *, lasting: bool = False, thinking: bool = True
    ) -> bool:
        """Acknowledge an interaction; False for one that was told before, or comes too late.

        `lasting`: it changes or posts something, so more than this process remembers it.
        """
        if interaction.id in self._known:
            return False
        self._known[interaction.id] = None
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        if not await self._responses.acknowledge(interaction, thinking=thinking):
            return False
        try:
            return await self._host.first_time(f"{NAME} {interaction.id}", lasting=lasting)
        except IntelbriefError as error:
            failure = answers.Failure(error.message, error.remedy)
            await self._private(interaction).say(*present(failure, "", self._host.zone))
            return False

    async def _in_turn(self, interaction: Interaction, wish: Wish) -> None:
        async with self.work.turn() as room:
            if not room:
                await self._private(interaction).say(*present(BUSY, "", self._host.zone))
            elif wish.share:
                await self._share(interaction, wish)
            else:
                await self._show(interaction, wish)

    async def _show(self, interaction: Interaction, wish: Wish) -> None:
        who, reply = self._who(interaction, wish.elsewhere), self._private(interaction)
        if wish.elsewhere is not None and not wish.elsewhere.permissions.view_channel:
            await reply.say(*present(NO_SUCH_CHANNEL, "", who.zone))
            return
        answer = await self._ask(interaction, wish.text, who)
        page, buttons = present(
            answer, wish.text, who.zone, page=wish.page, writes=writes_here(interaction)
        )
        if wish.elsewhere is None:  # buttons are pressed here, and mean this channel
            buttons = with_managing(answer, buttons)
        taken = await reply.say(page, buttons)
        if taken and (picture := await self._picture(page, who)):
            taken = await reply.say(page, buttons, picture) or await reply.say(page, buttons)
        if not taken:
            await reply.say(*present(NOT_SHOWN, "", who.zone))

    async def _share(self, interaction: Interaction, wish: Wish) -> None:
        """Ask again for whoever pressed, and post the answer for all in the channel."""
        who = self._who(interaction)
        answer: answers.Answer = MAY_NOT_WRITE
        if writes_here(interaction):
            answer = await self._ask(interaction, wish.text, who)
        if not isinstance(answer, answers.Failure | answers.Choice):
            page, buttons = present(answer, wish.text, who.zone, page=wish.page, shared=True)
            picture = await self._picture(page, who)
            why = await share(interaction, self._responses, page, buttons, picture)
            if why is None:
                return
            answer = why
        reply, said = self._private(interaction), present(answer, wish.text, who.zone)
        if not await reply.more(*said):
            await reply.say(*said)

    async def _form(self, interaction: Interaction, topics: str) -> None:
        who, text = self._who(interaction), f"subscribe {topics}"
        here = refused_here(text, who, interaction.application_id)
        if refusal := here or refused(Subscribe(topics), who):
            if await self._began(interaction):
                await self._private(interaction).say(*present(refusal, "", who.zone))
            return
        form = SubscribeForm(topics, zone=self._host.zone.key, presets=self._host.presets)
        await self._responses.open(interaction, form)

    async def _ask(self, interaction: Interaction, text: str, who: Principal) -> answers.Answer:
        if refusal := refused_here(text, who, interaction.application_id):
            return refusal
        return await self._host.ask(text, fit_for(text, who))

    async def _picture(self, page: Page, who: Principal) -> Picture | None:
        """The picture a page wants, where it can be drawn."""
        if page.picture is None:
            return None
        try:
            return await self._host.picture(page.picture.command, who)
        except Exception as error:
            _log.warning("an answer comes without its picture (%s)", type(error).__name__)
            return None

    def _private(self, interaction: Interaction) -> Private:
        return Private(interaction, self._responses)

    def _who(self, interaction: Interaction, elsewhere: Elsewhere | None = None) -> Principal:
        channel = ""
        if elsewhere is not None and elsewhere.guild_id == interaction.guild_id:
            channel = str(elsewhere.id)
        return principal(interaction, self._manager_role, self._host.zone, channel=channel)


def _numbers(named: Sequence[tuple[int, str]], typed: str) -> list[Choice[int]]:
    wanted = typed.casefold().strip()
    found = [(number, name) for number, name in named if wanted in name.casefold()]
    return [Choice(name=name[:CHOICE_CHARS], value=number) for number, name in found][:CHOICES]
