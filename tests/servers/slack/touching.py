"""What people do with what an app shows them: buttons, selects, forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.servers.slack import elements, payloads, views
from tests.servers.slack.calls import Refused
from tests.servers.slack.interactions import Doing, Interaction
from tests.servers.slack.ledger import Message, View
from tests.servers.slack.world import User


class Touching(Doing):
    """Touches the elements of messages and views, as far as they are there to touch."""

    async def press(
        self, where: Message | View, action_id: str, value: Any = None, *, user: User | None = None
    ) -> Interaction:
        """Press a button, or choose `value` in a select, of a message or a view."""
        user = user or self._whose(where)
        block_id, element = elements.find(where.blocks, action_id, value)
        ts = self._slack.world.new_ts()
        more: dict[str, Any] = {"actions": [elements.touched(block_id, element, value, ts)]}
        more["trigger_id"] = trigger = self._slack.new_trigger(where.team, user.id)
        channel, url = None, ""
        if isinstance(where, View):
            if where.kind == "modal":
                self._slack.triggers[trigger].view_id = where.id
            values = self._values(where, {action_id: value}, needed=False)
            more |= payloads.of_view(where, values)
        else:
            channel = where.channel
            url = self._slack.new_response_url(channel, user.id, where)
            more |= payloads.of_message(where)
            more |= {"response_url": url, "state": {"values": {}}}
        payload = payloads.interaction(self._slack, "block_actions", where.team, user, **more)
        return await self._do("interactive", payload, user, channel=channel, response_url=url)

    async def suggest(
        self, where: Message | View, action_id: str, text: str, *, user: User | None = None
    ) -> list[dict[str, Any]]:
        """Type in an external select, and return the options the app offers."""
        user = user or self._whose(where)
        block_id, element = elements.find(where.blocks, action_id)
        more: dict[str, Any] = {"action_id": action_id, "block_id": block_id, "value": text}
        if isinstance(where, View):
            more |= payloads.of_view(where, {})
        else:
            more |= payloads.of_message(where)
        assert "external" in element["type"], f"{action_id} asks nobody for its options"
        payload = payloads.interaction(self._slack, "block_suggestion", where.team, user, **more)
        done = await self._do("interactive", payload, user)
        said = done.ack or {}
        self._slack.check_options(said)
        options = list(said.get("options") or [])
        for group in said.get("option_groups") or []:
            options += group["options"]
        return options

    async def submit(self, view: View, values: Mapping[str, Any] | None = None) -> Interaction:
        """Fill in a form and send it; `values` go by action id or block id.

        What is not named stays as the form shows it at first.
        """
        assert view.is_open, "the form is closed"
        user = self._whose(view)
        stated = self._values(view, dict(values or {}), needed=True)
        trigger = self._slack.new_trigger(view.team, user.id)
        self._slack.triggers[trigger].view_id = view.id
        more = {**payloads.of_view(view, stated), "trigger_id": trigger, "response_urls": []}
        del more["container"]
        payload = payloads.interaction(self._slack, "view_submission", view.team, user, **more)
        done = await self._do("interactive", payload, user)
        if done.delivery.acked:
            self._respond(view, done.ack or {})
        return done

    async def close(self, view: View) -> Interaction | None:
        """Close a form unsent; the app is told if it asked to be."""
        view.is_open = False
        if not view.content.get("notify_on_close"):
            return None
        user = self._whose(view)
        more = {"view": view.described(), "is_cleared": False}
        payload = payloads.interaction(self._slack, "view_closed", view.team, user, **more)
        return await self._do("interactive", payload, user)

    def _respond(self, view: View, said: dict[str, Any]) -> None:
        """Do with the views what the app's answer to a submission says."""
        action = said.get("response_action")
        if action == "errors":
            ids = {block["block_id"] for block in view.blocks if block["type"] == "input"}
            unknown = set(said["errors"]) - ids
            assert not unknown, f"errors for blocks that are no inputs: {unknown}"
        elif action == "clear":
            for other in self._slack.ledger.views:
                if (other.root_id or other.id) == (view.root_id or view.id):
                    other.is_open = False
        elif action in {"update", "push"}:
            try:
                self._slack.check_view(f"response_action {action}", said["view"])
                if action == "push":
                    views.push_on(self._slack, view, said["view"])
                else:
                    views.change(self._slack, view, said["view"])
            except Refused as refusal:
                raise AssertionError(f"{action}: {refusal} {refusal.more}") from None
        else:
            assert not said, f"an answer no submission takes: {said}"
            view.is_open = False

    def _values(
        self, view: View, given: dict[str, Any], *, needed: bool
    ) -> dict[str, dict[str, Any]]:
        values: dict[str, dict[str, Any]] = {}
        unused = set(given)
        for block in view.blocks:
            element = block.get("element") or block.get("accessory")
            found = [(block["block_id"], element)] if element else []
            for block_id, each in found or elements.interactive([block]):
                if each["type"] in {"button", "overflow"} or "action_id" not in each:
                    unused.discard(each.get("action_id", ""))
                    continue
                name = each["action_id"] if each["action_id"] in given else block_id
                unused.discard(name)
                value = given[name] if name in given else elements.initial(each)
                input_block = block["type"] == "input" and not block.get("optional")
                lacking = value is None or value in ([], "")
                assert not (needed and input_block and lacking), f"{block_id} must be filled in"
                values.setdefault(block_id, {})[each["action_id"]] = elements.state(each, value)
        assert not unused or not needed, f"the form has nothing called {sorted(unused)}"
        return values

    def _whose(self, where: Message | View) -> User:
        """Who would touch it: its only reader, or somebody in the channel."""
        team = where.team
        if isinstance(where, View):
            return team.users[where.user]
        if where.to:
            return team.users[where.to]
        people = [user for user in team.people if user.id in where.channel.members]
        return people[0]
