"""What one more row of the journal makes of the work. It never refuses: what happened is a fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from facilitation.drafts.events import (
    AmendmentAccepted,
    AmendmentDeclined,
    AmendmentProposed,
    AmendmentTakenBack,
    DraftMade,
    DraftRestored,
    DraftSaved,
    DraftShown,
    DraftSourced,
    DraftTestClosed,
    DraftTestOpened,
    DraftWithdrawn,
    LoopResumed,
    LoopStopped,
    ObjectionConfirmed,
    ObjectionRaised,
    ObjectionReopened,
    ObjectionResolved,
    PrioritiesAsked,
    StatementMade,
    StatementTakenBack,
    ThemeChosen,
    ThemeMade,
    ThemeRemoved,
    ThemeRenamed,
)
from facilitation.drafts.loop import Moved, read_line
from facilitation.drafts.work import (
    Amendment,
    Cited,
    Draft,
    Fate,
    Objection,
    Reason,
    Statement,
    Tested,
    Theme,
    Version,
    Work,
)
from facilitation.events import Entry


def folded(work: Work, entry: Entry) -> Work:
    """The work after one more row of the journal."""
    match entry.event:
        case ThemeMade(text=text, sources=sources):
            themes = {**work.themes, text: Theme(text, text, tuple(sources))}
            return replace(work, themes=themes, known=work.known | {text})
        case ThemeRenamed(theme=theme, text=text):
            renamed = replace(work.themes[theme], text=text)
            return replace(work, themes={**work.themes, theme: renamed}, known=work.known | {text})
        case ThemeRemoved(theme=theme):
            themes = {name: one for name, one in work.themes.items() if name != theme}
            return replace(work, themes=themes, groups={one: at for one, at in work.groups.items() if at != theme})
        case ThemeChosen(member=member, theme=theme):
            others = {one: at for one, at in work.groups.items() if one != member}
            return replace(work, groups={**others, member: theme} if theme else others)
        case DraftTestOpened() | DraftTestClosed():
            return _tested(work, entry)
        case ObjectionRaised() | ObjectionResolved() | ObjectionConfirmed() | ObjectionReopened():
            return _objected(work, entry)
        case StatementMade(draft=draft, text=text):
            made = Statement(text, draft, entry.at)
            return replace(work, statements={**work.statements, text: made}, known=work.known | {text})
        case StatementTakenBack(statement=statement):
            gone = replace(work.statements[statement], taken_back=True)
            return replace(work, statements={**work.statements, statement: gone})
        case DraftShown(draft=draft):
            return replace(work, stage=draft)
        case PrioritiesAsked(round=round_id, options=options):
            cited = {option: Cited(str(one[0]), int(one[1]), str(one[2])) for option, one in options.items()}
            return replace(work, rounds={**work.rounds, round_id: cited})
    return _written(work, entry)


def _written(work: Work, entry: Entry) -> Work:
    """What happened to the text of a draft, or to its loop."""
    match entry.event:
        case DraftMade(theme=theme, text=text, fingerprint=fingerprint, sources=sources):
            first = Version(1, text, fingerprint, entry.at)
            made = Draft(text, theme, (first,), tuple(sources))
            return replace(work, drafts={**work.drafts, text: made}, known=work.known | {text})
        case DraftSaved(draft=draft, text=text, version=number, fingerprint=fingerprint):
            return _with_version(work, draft, Version(number, text, fingerprint, entry.at))
        case DraftSourced(draft=draft, sources=sources):
            return _with(work, draft, sources=tuple(sources))
        case DraftWithdrawn(draft=draft, text=text):
            return _with(replace(work, known=work.known | {text}), draft, withdrawn=text)
        case DraftRestored(draft=draft):
            return _with(work, draft, withdrawn="")
        case LoopStopped(draft=draft, text=text):
            return _with(replace(work, known=work.known | {text}), draft, stopped=text)
        case LoopResumed(draft=draft):
            return _with(work, draft, stopped="")
        case AmendmentProposed(draft=draft, on=on, text=text, fingerprint=fingerprint, late=late):
            proposed = Amendment(text, on, fingerprint, entry.at, late)
            amendments = (*work.drafts[draft].amendments, proposed)
            return _with(replace(work, known=work.known | {text}), draft, amendments=amendments)
        case AmendmentAccepted(draft=draft, amendment=amendment, text=text, version=number, fingerprint=fingerprint):
            taken = _with_fate(work, draft, amendment, fate=Fate.ACCEPTED, version=number)
            if number <= len(work.drafts[draft].versions):
                return replace(taken, known=taken.known | {text})
            return _with_version(taken, draft, Version(number, text, fingerprint, entry.at, amendment))
        case AmendmentDeclined(draft=draft, amendment=amendment, text=text):
            declined = _with_fate(work, draft, amendment, fate=Fate.DECLINED, why=text)
            return replace(declined, known=work.known | {text})
        case AmendmentTakenBack(draft=draft, amendment=amendment):
            return _with_fate(work, draft, amendment, fate=Fate.TAKEN_BACK)
    return work


def _tested(work: Work, entry: Entry) -> Work:
    match entry.event:
        case DraftTestOpened(test=test, versions=versions, line=line):
            for draft, version in versions.items():
                opened = Tested(test, version, read_line(line), entry.at)
                work = _with(work, draft, tests=(*work.drafts[draft].tests, opened))
            return replace(work, testing=test)
        case DraftTestClosed(test=test, present=present, results=results):
            for draft, result in results.items():
                *before, open_one = work.drafts[draft].tests
                counted = replace(open_one, closed_at=entry.at, present=present, **_result(result))
                work = _with(work, draft, tests=(*before, counted))
                for reason in counted.reasons:
                    if reason.objection:
                        new = Objection(reason.text, draft, reason.text, counted.version, from_test=test)
                        work = replace(work, objections={**work.objections, new.id: new})
            return replace(work, testing="")
    return work


def _result(result: Mapping[str, Any]) -> dict[str, Any]:
    moved = result.get("moved")
    reasons = [Reason(str(one["text"]), str(one["answer"]), bool(one["objection"])) for one in result["reasons"]]
    return {
        "answered": int(result["answered"]),
        "counts": result["counts"],
        "moved": None if moved is None else Moved(**moved),
        "reasons": tuple(reasons),
    }


def _objected(work: Work, entry: Entry) -> Work:
    match entry.event:
        case ObjectionRaised(draft=draft, text=text):
            raised = Objection(text, draft, text, work.drafts[draft].now.number)
            return replace(work, objections={**work.objections, text: raised}, known=work.known | {text})
        case ObjectionResolved(objection=objection, version=version, by=by):
            changed = replace(work.objections[objection], met=version, by=by, confirmed=False)
        case ObjectionConfirmed(objection=objection):
            changed = replace(work.objections[objection], confirmed=True)
        case ObjectionReopened(objection=objection):
            changed = replace(work.objections[objection], met=0, by="", confirmed=False)
        case _:
            return work
    return replace(work, objections={**work.objections, changed.id: changed})


def _with(work: Work, draft: str, **changes: Any) -> Work:
    """The work with one draft changed."""
    return replace(work, drafts={**work.drafts, draft: replace(work.drafts[draft], **changes)})


def _with_version(work: Work, draft: str, version: Version) -> Work:
    versions = (*work.drafts[draft].versions, version)
    return _with(replace(work, known=work.known | {version.text}), draft, versions=versions)


def _with_fate(work: Work, draft: str, amendment: str, **changes: Any) -> Work:
    amendments = work.drafts[draft].amendments
    changed = tuple(replace(one, **changes) if one.id == amendment else one for one in amendments)
    return _with(work, draft, amendments=changed)
