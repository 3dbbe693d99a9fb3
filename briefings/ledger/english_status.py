"""How far a deal has come, by the words around it; and whether it is told as true at all."""

from __future__ import annotations

import re

from briefings.facts import Status
from briefings.ledger.english_view import View
from briefings.ledger.english_words import Form

_BEFORE = 16
"""How many items before a deal its status is looked for in."""

_QUESTION = re.compile(r"\?\W*$")
_LIKENED = re.compile(
    r" (?:liken(?:s|ed|ing)?|compar(?:es|ed|ing|able)|akin|similar|tantamount|reminiscent"
    r"|analogous)(?: \S+){0,5}? (?:to|with|of) | (?:remind(?:s|ed)?|recall(?:s|ed"
    r"|ing)?)(?: \S+){0,3} of | (?:like|as if|as though|imagine|what if|suppose) "
)
_ELSEWHERE = re.compile(r" (?:after|while|whereas|when|before) (?:it|they|he|@) ")
_EARLIER = re.compile(r"^.* (?:before|until|when|since) (?:it|they|he|@) (?!(?:is|are|was|were) )")
"""What was before that is not how far the deal has come: "considered Y before it bought Z"."""
_LIKENING = frozenset({"like", "imagine", "suppose"})
_NEITHER = re.compile(
    r" (?:neither|not|nor|to|n't) (?:\S+ )?(?:confirm(?:ed)?|den(?:y|ied)) (?:n?or|and) "
    r"(?:den(?:y|ied)|confirm(?:ed)?) "
)
_PRESSED = re.compile(
    r" (?:(?:under|increasing|growing) pressure to|reluctant to|keen not to"
    r"|thought (?:about|of)|toyed with|premature (?:\" )?to say"
    r"|rebuffed|spurned|turned down|snubbed"
    r"|(?:banned|barred|prohibited|kept|excluded) from|instead of|passed (?:on|up)"
    r"|decided against|stopped short of|lost out on) "
)
_GUESSED = re.compile(
    r" (?:analysts?|columnists?|bloggers?|commentators?|strategists?) (?:@ )?(?:at @ )?"
    r"(?:(?!said|say)\S+ ){0,2}?"
    r"(?:say|says|said|think|thinks|believes?|expects?|predicts?|reckons?) "
)
"""Who tells what others may do, and knows no more than we."""
_CONFIRMED = re.compile(r" (?:were|was|been) (?:later )?confirmed ")
_SENSE = re.compile(r" (?:makes?|made) (?:\S+ )?sense ")
_MAY = re.compile(r" (?:could|may|can) ")
_UNDER = re.compile(r" under (?:\S+ ){0,4}(?:agreement|deal|terms|accord|option|pact) ")
_LIKE = re.compile(r" (?:is|was|be|looks?|sounds?|seems?|feels?) (?:\S+ ){0,2}like ")
_DENIED = re.compile(
    r" (?:denie[sd]|deny|denying|dismisse[sd]|dismissing|refuted?|refutes|rejected (?:the )?"
    r"(?:reports?|rumou?rs|speculation|claims)|rebutted|disputed|played down|no truth (?:in|to)) "
)
_DENIED_AFTER = re.compile(
    r" (?:is|are|was|were|as|been) (?:simply |completely |totally |\" )?(?:untrue|false|not true"
    r"|unfounded|baseless|incorrect|groundless|inaccurate|denied|nonsense|fake|fabricated) "
    r"| (?:rumou?rs?|reports?|speculation|claims|talk) .* (?:was|were|been) "
    r"(?:dismissed|rejected|refuted|rebutted|quashed) "
)
_NOT_DENIED = re.compile(
    r" (?:not|never|n't|nor|neither|without|declined to|refused to) (?:\S+ )?(?:den(?:y|ied|ying)"
    r"|dismiss(?:ed|ing)?|confirm) | neither an? (?:denial|confirmation) "
)
_REFUSED = re.compile(
    r" (?:rejected|rejects|vetoed|vetoes|turned down|struck down|threw out|prohibited|barred"
    r"|disallowed|voted down|opposed) (?:the |a |an |its |their |@ 's )(?:\S+ ){0,4}$"
)
"""What ends a deal that is told by a noun: "the US rejected Elm's purchase of Larch"."""
_FAILED_AFTER = re.compile(
    r" but (?:the )?(?:talks|deal|negotiations|plan|plans|it|merger|transaction) (?:\S+ )?"
    r"(?:collapsed|failed|fell|stalled|ended|broke|unravell?ed) "
    r"| (?:bid|offer|approach|proposal|takeover|purchase|acquisition) (?:\S+ ){0,6}?"
    r"(?:was|were|been) (?:rejected|turned down|rebuffed|spurned|snubbed|refused|vetoed|voted) "
)
_FRONTED = frozenset({"after", "when", "as", "since", "once", "before", "while", "although",
     "though", "despite", "following", "having", "with"}
)  # fmt: skip
"""Words that open a clause of its own before the main one: "After talks collapsed, X sold"."""
_UNWOUND = re.compile(
    r" (?:called off|calls off|call off|scrap(?:s|ped)?|abandon(?:s|ed)?|drop(?:s|ped)"
    r"(?! (?:%|by|to|from|in) )"
    r"|shelve[sd]?|ditch(?:es|ed)|axe[sd]?|halt(?:s|ed)|abort(?:s|ed)|pause[sd]"
    r"|put (?:\S+ ){0,4}?on (?:hold|ice)|g(?:ives?|ave|iven) up (?:\S+ ){0,2}?(?:plans?|bid"
    r"|attempts?|efforts?|talks|trying|on|hopes?)"
    r"|terminate[sd]|cancell?ed|cancels|withdr(?:ew|awn|aw)|walk(?:s|ed) away|back(?:s|ed) out"
    r"|pull(?:s|ed) out|collapsed|fell through|fallen through|broken off|broke off|blocked|blocks"
    r"|fell apart|fallen apart|fell flat|unravell?ed|br(?:oke|oken) down|c[ao]me to nothing"
    r"|ended (?:its |their |the )?(?:talks|negotiations|agreement|bid|offer|discussions)"
    r"|suspended|unwound|unwinds|rescinded) "
)
_PLANNED = re.compile(
    r" (?:plan|plans|deal|agreement|bid|attempt|offer|proposal|talks|effort|move) to (?:\S+ )?$"
)
"""What may come to nothing behind its object: "X's plan to buy Y fell apart"."""
_WOULD_FAIL = re.compile(
    r" (?:would|could|might|may) (?:\S+ )?(?:be (?:blocked|stopped|scrapped|called|abandoned"
    r"|cancell?ed|rejected|vetoed|dropped)|collapse|fail|fall|come) "
)
"""What a deal that is only thought of would come to."""
_STOPPED = re.compile(
    r" (?:stopped|blocked|killed|vetoed|scuppered|sank|prevented|thwarted) (?:the|that)"
    r" (?:deal|merger|takeover|purchase|transaction|sale|tie-up|acquisition) "
)
_NEGATED = re.compile(
    r" (?:not|never|no|nor|neither|cannot|without|unlikely|refus(?:e[sd]?|ing)|declin(?:e[sd]?|ing)"
    r"|fail(?:s|ed)|n't|ruled out|rules out|instead of|rather than|doesn't|didn't|won't|hasn't"
    r"|rejected (?:\S+ ){0,3}?(?:calls?|demands?|requests?|pleas?|suggestions?) to"
    r"|resist(?:s|ed|ing)"
    r"|haven't|isn't|wasn't|don't|wouldn't|avoid(?:s|ed)?|stop(?:s|ped)?|barred|prevented) "
)
_HYPOTHETICAL = re.compile(
    r" (?:if|could|might|whether|unless|recommend(?:s|ed)?|advis(?:es|ed)|urg(?:es|ed)|should"
    r"|ought|would have|once(?! (?:the|a) )|possibly|perhaps|potential(?:ly)?|hypothetical) "
)
_REPORTED_WOULD = re.compile(
    r" (?:said|says|announced|announces|agreed|agreement|deal|plan|plans|told|confirmed|"
    r"under|terms|pledged|decided|expected|proposed|proposal|transaction|offer) "
)
_RUMOURED = re.compile(
    r" (?:reportedly|rumou?r(?:s|ed)?|speculation|speculated|allegedly|is said to|are said to"
    r"|was said to|(?:is|are|was|were) (?:also )?reported to|people familiar|person familiar"
    r"|sources? familiar|sources? with (?:direct )?knowledge|sources? close|people close"
    r"|people with knowledge|person with knowledge|sources said|source said|sources? told"
    r"|sources? (?:have|has|had) (?:said|told)|people briefed|person briefed|sources say"
    r"|according to (?:people|sources|a person|a source)|unconfirmed|is believed to"
    r"|is understood to|market talk|hearsay|insiders"
    r"|(?:asked|asking|wished|preferred) not to be (?:named|identified"
    r"|quoted)|(?:declined|refused) to be (?:named|identified)|on condition of anonymity"
    r"|citing (?:\S+ )?(?:sources?|people|a person|insiders)) "
)
_TALKING = re.compile(
    r" (?:in (?:\S+ ){0,2}(?:talks|discussions|negotiations)|negotiat(?:es|ing)) "
)
_TALKS = re.compile(
    r" (?:in (?:\S+ ){0,2}(?:talks|discussions|negotiations)|talks|negotiat(?:es|ing|ions?|ed)"
    r"|consider(?:s|ed|ing)?(?! an? (?:\S+ )?(?:buyer|bidder|suitor|candidate))"
    r"|weigh(?:s|ed|ing)?|mull(?:s|ed|ing)?|explor(?:es|ed|ing|e)|discuss"
    r"|discuss(?:es|ed|ing|ions?)|study(?:ing)?|studies|interested in|(?<!% )interest in"
    r"|expressed interest|contemplat(?:es|ed|ing)|evaluat(?:es|ed|ing)|seek(?:s|ing)? to"
    r"|sought to|looking (?:to|at)"
    r"|approach(?:es|ed)?|near(?:s|ing)? a deal|close to|eyes|eyeing|in the running|may|might"
    r"|hop(?:es|ed|ing) to|possibility of|proposals?|proposes|proposed to) "
)
_READYING = re.compile(
    r" (?:prepar(?:es|ing)|ready(?:ing)?|readies|work(?:s|ing) on|drafting|drawing up|preparations"
    r" for)(?: to (?:make|submit|launch|table))? (?:an?|its|their) (?:\S+ ){0,2}$"
)
"""What makes a deal told by a noun one that is still to come: "is preparing a bid for Y"."""
_DONE = re.compile(
    r" (?:complet(?:es|ed|ing|ion)|clos(?:es|ed|ing)|finali[sz]e[sd]|conclude[sd]|finished"
    r"|consummated) "
)
_PAID = re.compile(r" (?:paid|spent) ")
_TO_BE = re.compile(r" (?:to|will|would) be | (?:is|are) (?:being|to be) ")
_TO_BE_DONE = re.compile(r" (?:to|will|expects? to|be) complete")
_NOT_YET = re.compile(
    r" (?:agree(?:s|d)?|will|would|plans?|planned|intends?|intended|expects?|expected|aims?|wants?"
    r"|announce[sd]?|announcing|propose[sd]?|offers?|offered|agreement|set|to|is|are|am|be|shall"
    r"|bid|letter of intent|decided|pledged) "
)


def status(view: View, at: int, form: Form | None, *, since: int | None = None) -> Status | None:
    """Return how far the deal told at `at` has come, None where it is not told as a fact.

    `form` is that of the verb, None for a noun. What somebody else considers before `since` is
    not the deal: "a post weighs Alibaba's purchase".
    """
    row = f" {' '.join(view.clause(0, len(view), at))} " if view.parted else view.row
    before = f" {' '.join(_main_before(view, at))} "
    near = f" {' '.join(view.before(at, 7))} "
    after = _ELSEWHERE.split(f" {' '.join(view.after(at, 12))} ", maxsplit=1)[0] + " "
    if _QUESTION.search(view.row) or view.word(0) in _LIKENING or _NOT_DENIED.search(before):
        return None
    if _is_no_deal(row, before, near, form):
        return None
    if _DENIED.search(before) or _DENIED_AFTER.search(row):
        return Status.DENIED
    planned = form is None or _PLANNED.search(near) is not None
    if planned and _WOULD_FAIL.search(after):
        return None
    ended = form is None and (_REFUSED.search(before) or _FAILED_AFTER.search(row)) is not None
    came_to_nothing = _UNWOUND.search(before) or (planned and _UNWOUND.search(after))
    if ended or came_to_nothing or _STOPPED.search(row):
        return Status.UNWOUND
    if _NEGATED.search(near) or " would have " in near or _is_past(view, at):
        return None
    own = before if since is None else f" {' '.join(view.clause(since, at, at))} "
    # Talks are talks, also where nobody who talks has said so.
    told = row if form in {Form.PAST, Form.PRESENT} else view.row
    if _RUMOURED.search(told) and not _CONFIRMED.search(told) and not _TALKING.search(own):
        return Status.RUMOURED
    if form is not None and _MAY.search(near) and _UNDER.search(row):
        return Status.ANNOUNCED
    if _TALKS.search(_EARLIER.sub(" ", own)) or (form is None and _READYING.search(own)):
        return Status.IN_TALKS
    if _HYPOTHETICAL.search(before):
        return None
    if " would " in near and not _REPORTED_WOULD.search(before):
        return None
    return _by_form(view, at, form, near)


def _main_before(view: View, at: int) -> tuple[str, ...]:
    """Return the words before `at`, without a clause that stands before the main one."""
    words = view.before(at, _BEFORE)
    if view.word(0) in _FRONTED and "," in view.words[1:at]:
        comma = view.words.index(",", 1)
        listed = view.name(comma - 1) is not None and view.name(comma + 1) is not None
        if view.together(comma + 1, at) and not listed:
            return words[max(0, len(words) - (at - comma - 1)) :]
    return words


def _is_past(view: View, at: int) -> bool:
    """Tell whether a holding is one of the past: "in which X had owned 10%"."""
    return view.word(at - 1) == "had" and view.word(at) in {"owned", "held", "controlled"}


def _is_no_deal(row: str, before: str, near: str, form: Form | None) -> bool:
    """Tell whether a deal is only likened, guessed at, wished for or left open."""
    if _LIKENED.search(before) or _NEITHER.search(before) or _PRESSED.search(near):
        return True
    if form is not Form.PAST and _GUESSED.search(before):
        return True
    if " sense " in row and _SENSE.search(row):
        return True
    return form is Form.GERUND and _LIKE.search(row) is not None


def _by_form(view: View, at: int, form: Form | None, near: str) -> Status:
    done = False
    if form in {Form.PAST, Form.PARTICIPLE}:
        done = _TO_BE.search(near) is None
    elif _PAID.search(near) or (_DONE.search(near) and not _TO_BE_DONE.search(near)):
        done = True
    elif form is Form.GERUND:
        done = view.word(at - 1) in {"after", "by", "following"}
    elif form is Form.BASE and view.word(at) == "cut":
        done = _NOT_YET.search(near) is None
    return Status.COMPLETED if done else Status.ANNOUNCED
