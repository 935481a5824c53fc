"""Accounts of the staff at the desk: signing in, setting up, giving and taking roles, on both databases."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from assemblies import BOTH
from sqlalchemy import create_engine, text

from facilitation import totp
from facilitation.desk import Desk, Held, Identity, Setup
from facilitation.errors import (
    BadRequest,
    LastAdministrator,
    LinkUsed,
    NameTaken,
    NoSuchRole,
    NotFound,
    Refusal,
    SignInWaits,
    UnknownCode,
    WeakPassword,
    WrongSignIn,
)
from facilitation.passwords import check_password

KEY = "the secret of the test"
NAME = "Ada Byron"


class Office:
    """A desk with a clock that goes when it is told, and people who set up accounts."""

    def __init__(self, database: str) -> None:
        self.at = datetime(2027, 3, 6, 9, 0, tzinfo=UTC)
        self.url = database
        self.desk = Desk.open(database, now=lambda: self.at, chance=random.Random(1))
        self.assembly = self.desk.seat("Assembly", [{"id": "1", "name": "Someone"}]).assembly_id

    def go(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def digits(self, number: str) -> str:
        return totp.code_at(totp.secret_of(KEY, number), totp.step_at(self.at))

    def set_up(self, link: str, name: str, number: str = "") -> tuple[Identity, tuple[str, ...]]:
        number = number or f"number of {name}"
        done, codes = self.desk.set_up(link, Setup(name, f"ground {name}", number, self.digits(number)), KEY)
        self.go(totp.HALF_MINUTE)
        return self.who(done.token), codes

    def who(self, token: str) -> Identity:
        known = self.desk.identify(token)
        assert known is not None
        return known

    def administrator(self, name: str = NAME) -> Identity:
        """The administrator's own token, in the room of administrators."""
        link = self.desk.first_administrator() or self.desk.issue_link("administrator")
        number = f"number of {name}"
        done, _ = self.desk.set_up(link, Setup(name, "ground", number, self.digits(number)), KEY)
        self.go(totp.HALF_MINUTE)
        return self.who(self.desk.enter_room(done.token, "administrator", None))

    def sign_in(self, name: str, typed: str, *, matches: bool = True, browser: str = "") -> str:
        attempt = self.desk.begin_sign_in(name, browser)
        return self.desk.sign_in(attempt, typed, KEY, matches=matches).token


@pytest.fixture(params=BOTH)
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    file = f"sqlite:///{tmp_path / 'office.sqlite'}"
    made = Office(file if request.param == "sqlite" else request.getfixturevalue("postgres").empty())
    yield made
    made.desk.close()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Office]:
    made = Office(f"sqlite:///{tmp_path / 'office.sqlite'}")
    yield made
    made.desk.close()


# ------------------------------------------------------------------------------------------------ six digits


def test_the_digits_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, SHA-1; its eight digits cut to our six."""
    secret = b"12345678901234567890"
    for seconds, eight in (
        (59, "94287082"),
        (1111111109, "07081804"),
        (1234567890, "89005924"),
        (20000000000, "65353130"),
    ):
        at = datetime.fromtimestamp(seconds, UTC)
        assert totp.code_at(secret, totp.step_at(at)) == eight[2:]
        assert totp.step_of(secret, eight[2:], at + timedelta(seconds=30)) == totp.step_at(at)
        assert totp.step_of(secret, eight[2:], at + timedelta(seconds=61)) is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "123456\x00", "-12345"])
def test_what_is_no_code_never_fits(typed: str) -> None:
    assert totp.step_of(b"x" * 20, totp.read_typed(typed), datetime(2027, 1, 1, tzinfo=UTC)) is None


# ------------------------------------------------------------------------------------------------ passwords


@pytest.mark.parametrize(
    "password",
    ["short", "password1234", "Passw0rd!2026", "123456789012", "qwertyuiop12", "aaaaaaaaaaaaaaa", "letmeinletmein",
     "abcabcabcabcabc", "correct horse battery staple", "Ada Byron rules the sea", "adabyron1815!x", "iloveyou12345",
     "x" * 129, "Summer2026Winter2027", "administrator1", "folkmoot folkmoot"],
)  # fmt: skip
def test_a_password_that_a_guesser_tries_first_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(password, NAME)


@pytest.mark.parametrize(
    "password", ["tram gravel ninety owls", "xK4#vQ9!mZ2p", "ŵylo â’r môr yn y bore", "пятьсот лодок плывут"]
)
def test_a_password_of_its_own_is_taken(password: str) -> None:
    check_password(password, NAME)


# ------------------------------------------------------------------------------------------------ signing in


def test_from_the_first_link_to_a_room_and_out(office: Office) -> None:
    link = office.desk.first_administrator()
    assert link is not None
    known, codes = office.set_up(link, NAME)
    assert (known.role, known.account is not None, len(set(codes))) == ("staff", True, 10)
    assert office.desk.first_administrator() is None
    token = office.sign_in("  ADA   byron ", office.digits(f"number of {NAME}"))
    room = office.desk.enter_room(token, "administrator", None)
    assert office.who(room).role == "administrator"
    with pytest.raises(NoSuchRole):
        office.desk.enter_room(token, "facilitator", office.assembly)
    assert len(office.desk.sign_out(room)) == 2
    assert office.desk.identify(token) is office.desk.identify(room) is None


def test_the_same_digits_work_once_and_an_old_one_never(here: Office) -> None:
    here.administrator()
    digits, number = here.digits(f"number of {NAME}"), f"number of {NAME}"
    before = totp.code_at(totp.secret_of(KEY, number), totp.step_at(here.at) - 1)
    here.sign_in(NAME, digits)
    for again in (digits, before):
        with pytest.raises(WrongSignIn):
            here.sign_in(NAME, again)


def test_a_recovery_code_works_once(here: Office) -> None:
    _, codes = here.set_up(here.desk.first_administrator() or "", NAME)
    here.sign_in(NAME, codes[3].lower().replace("-", " "))
    with pytest.raises(WrongSignIn):
        here.sign_in(NAME, codes[3])
    assert here.desk.sign_in(here.desk.begin_sign_in(NAME), codes[4], KEY, matches=True).codes_left == 8
    fresh = here.desk.new_recovery_codes(here.who(here.sign_in(NAME, codes[5])).account or "")
    with pytest.raises(WrongSignIn):
        here.sign_in(NAME, codes[6])
    here.sign_in(NAME, fresh[0])


@pytest.mark.parametrize(
    ("made", "typed"),
    [
        ("\ufdfa" * 5, "\ufdfa" * 5),  # one sign that is eighteen letters in NFKC
        ("ﬃ" * 33, "FFI" * 33),
        ("가" * 100, "\u1100\u1161" * 100),  # typed in parts, as some keyboards do: twice as many signs
        ("e\u0301" * 60, "é" * 60),
        ("A" + " " * 300 + "B", "a b"),
    ],
)
def test_a_name_is_counted_after_its_letters_are_made_one(office: Office, made: str, typed: str) -> None:
    """Whoever could make an account of this name can sign in to it, however the keyboard writes it."""
    office.set_up(office.desk.issue_link("recruiter"), made, number="n")
    assert office.who(office.sign_in(typed, office.digits("n"))).role == "staff"
    office.go(totp.HALF_MINUTE)
    assert office.who(office.sign_in(made, office.digits("n"))).role == "staff"


@pytest.mark.parametrize("name", ["\ufdfa" * 6, "x" * 101, "ﬃ" * 34, " \u00a0\u3000 ", ""])
def test_a_name_that_is_too_long_for_signing_in_is_refused_when_it_is_made(here: Office, name: str) -> None:
    link = here.desk.issue_link("recruiter")
    with pytest.raises(BadRequest, match="missing or too long"):
        here.set_up(link, name, number="n")
    here.set_up(link, "Bob Brown", number="n")


def test_a_longer_name_that_begins_like_an_account_is_another(here: Office) -> None:
    here.set_up(here.desk.issue_link("recruiter"), "x" * 100, number="n")
    with pytest.raises(WrongSignIn):
        here.sign_in("x" * 101, here.digits("n"))


def test_one_wrong_thing_is_enough_and_is_not_named(here: Office) -> None:
    here.administrator()
    digits = here.digits(f"number of {NAME}")
    said = set()
    for name, matches, typed in ((NAME, False, digits), (NAME, True, "000000"), ("Nobody", True, digits)):
        with pytest.raises(WrongSignIn) as no:
            here.sign_in(name, typed, matches=matches)
        said.add(str(no.value))
    assert len(said) == 1


def test_wrong_tries_wait_longer_and_longer_and_a_right_one_ends_it(office: Office) -> None:
    office.administrator()
    for _ in range(3):
        with pytest.raises(WrongSignIn):
            office.sign_in(NAME, "000000")
    waits = []
    for _ in range(8):
        with pytest.raises(WrongSignIn):
            office.sign_in(NAME, "000000")
        with pytest.raises(SignInWaits) as no:
            office.desk.begin_sign_in(NAME)
        waits.append(next(int(word) for word in no.value.remedy.split() if word.isdigit()) - 1)
        office.go(waits[-1])
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]
    office.desk.begin_sign_in("Somebody else")
    office.sign_in(NAME, office.digits(f"number of {NAME}"))
    office.go(30)
    office.sign_in(NAME, office.digits(f"number of {NAME}"))


def test_a_stranger_does_not_keep_a_known_browser_waiting(here: Office) -> None:
    here.administrator()
    for _ in range(5):
        here.go(60)
        with pytest.raises(WrongSignIn):
            here.sign_in(NAME, "000000")
    with pytest.raises(SignInWaits):
        here.desk.begin_sign_in(NAME)
    here.sign_in(NAME, here.digits(f"number of {NAME}"), browser="hers")


def test_a_hundred_tries_at_once_are_a_hundred_failures(here: Office) -> None:
    here.administrator()
    begun, waiting = [], 0
    for _ in range(100):
        try:
            begun.append(here.desk.begin_sign_in(NAME))
        except SignInWaits:
            waiting += 1
    assert (len(begun), waiting) == (4, 96)


# ------------------------------------------------------------------------------------------------ what ends


def test_a_room_ends_after_half_an_hour_without_use_and_after_twelve_hours(office: Office) -> None:
    known = office.administrator()
    token = office.sign_in(NAME, office.digits(f"number of {NAME}"))
    room = office.desk.enter_room(token, "administrator", None)
    for _ in range(23):
        office.go(29 * 60)
        assert office.desk.touch([office.who(room).token_id]) == []
    assert office.desk.identify(token) is not None, "used together, kept together"
    office.go(29 * 60)
    assert office.desk.touch([office.who(room).token_id]) == []
    office.go(29 * 60)
    assert office.desk.identify(room) is office.desk.identify(token) is None
    assert office.desk.touch([known.token_id]) == [known.token_id]
    office.go(60)
    idle = office.sign_in(NAME, office.digits(f"number of {NAME}"))
    office.go(30 * 60)
    assert office.desk.identify(idle) is None


def test_members_guests_and_shared_tablets_have_a_day_and_scripts_no_end(here: Office) -> None:
    member = here.desk.join(here.desk.badges(here.assembly)[0].code).token
    observer = here.desk.redeem_link(here.desk.issue_link("observer", here.assembly))
    script = here.desk.issue_token("facilitator", here.assembly)
    here.go(17 * 3600)
    assert None not in [here.desk.identify(one) for one in (member, observer, script)]
    here.go(3600)
    assert [here.desk.identify(one) for one in (member, observer)] == [None, None]
    assert here.desk.identify(script) is not None


# ------------------------------------------------------------------------------------------------ links


def test_a_link_sets_one_account_up_and_a_mistake_does_not_use_it_up(office: Office) -> None:
    link = office.desk.issue_link("facilitator", office.assembly)
    with pytest.raises(WrongSignIn):
        office.desk.set_up(link, Setup(NAME, "ground", "n", "000000"), KEY)
    with pytest.raises(BadRequest):
        office.desk.set_up(link, Setup("  ", "ground", "n", office.digits("n")), KEY)
    office.set_up(link, NAME)
    with pytest.raises(LinkUsed):
        office.set_up(link, "Somebody else")
    with pytest.raises(NameTaken):
        office.set_up(office.desk.issue_link("recruiter"), "ada  BYRON")
    late = office.desk.issue_link("recruiter")
    office.go(25 * 3600)
    with pytest.raises(LinkUsed):
        office.set_up(late, "Late")
    with pytest.raises(UnknownCode):
        office.set_up("0" * 64, "Guess")


def test_an_account_takes_a_second_role_by_a_link(here: Office) -> None:
    here.administrator()
    token = here.sign_in(NAME, here.digits(f"number of {NAME}"))
    room = here.desk.accept(here.desk.issue_link("facilitator", here.assembly), token)
    assert (room.role, room.assembly) == ("facilitator", "Assembly")
    assert [one.role for one in here.desk.rooms(here.who(token).account or "")] == ["administrator", "facilitator"]


def test_a_renewal_replaces_password_and_digits_and_signs_out(office: Office) -> None:
    known = office.administrator()
    link = office.desk.renewal_link(known, known.account or "")
    with pytest.raises(BadRequest):
        office.desk.redeem_link(link)
    office.set_up(link, "", number="another number")
    assert office.desk.identify(office.desk.issue_link("observer", office.assembly)) is None
    assert office.desk.touch([known.token_id]) == [known.token_id]
    with pytest.raises(WrongSignIn):
        office.sign_in(NAME, office.digits(f"number of {NAME}"))
    office.sign_in(NAME, office.digits("another number"))


# ------------------------------------------------------------------------------------------------ administrators


def test_roles_are_given_and_taken_and_rooms_close_at_once(office: Office) -> None:
    known = office.administrator()
    fresh, _ = office.set_up(office.desk.invite(known, "facilitator", office.assembly), "Bob Brown")
    bob = fresh.account or ""
    token = office.sign_in("Bob Brown", office.digits("number of Bob Brown"))
    room = office.desk.enter_room(token, "facilitator", office.assembly)
    held, opened = Held(bob, "facilitator", office.assembly), office.who(room).token_id
    assert office.desk.take_role(known, held) == [opened]
    assert office.desk.identify(room) is None
    assert office.desk.take_role(known, held) == []
    assert (office.desk.give_role(known, held), office.desk.give_role(known, held)) == (True, False)
    assert len(office.desk.sign_out_everywhere(known, bob)) == 2
    acts = [(one.act, one.account == bob) for one in office.desk.staff().log]
    assert acts[:4] == [("given", True), ("lost", True), ("given", True), ("invited", False)]
    for wrong in (
        Held(bob, "facilitator", "nowhere"),
        Held(bob, "king", None),
        Held(bob, "administrator", office.assembly),
    ):
        with pytest.raises(Refusal):
            office.desk.give_role(known, wrong)
    with pytest.raises(NotFound):
        office.desk.give_role(known, Held("nobody", "recruiter", None))


@pytest.mark.parametrize("how", ["removed", "taken"])
def test_whoever_was_an_administrator_keeps_no_link_that_makes_one(office: Office, how: str) -> None:
    ada, eve = office.administrator(), office.administrator("Eve")
    kept = [office.desk.invite(eve, "administrator", None), office.desk.renewal_link(eve, ada.account or "")]
    if how == "removed":
        office.desk.remove_account(ada, eve.account or "")
    else:
        office.desk.take_role(ada, Held(eve.account or "", "administrator", None))
    for link in kept:
        with pytest.raises(UnknownCode):
            office.desk.invitation(link)


@pytest.mark.parametrize("how", ["removed", "taken"])
def test_links_and_guests_go_with_whoever_gave_the_links_out(office: Office, how: str) -> None:
    """An invitation is good for a day: long enough to come back by, for somebody who was sent away."""
    ada, eve = office.administrator(), office.administrator("Eve")
    kept = [
        office.desk.invite(eve, "recruiter", None),
        office.desk.invite(eve, "facilitator", office.assembly),
        office.desk.issue_link("host", office.assembly, table=1, by=eve),
    ]
    others = [
        office.desk.invite(ada, "recruiter", None),
        office.desk.issue_link("observer", office.assembly),
    ]
    used = office.desk.redeem_link(office.desk.issue_link("facilitator", office.assembly, by=eve))
    guest = office.who(used)
    by_guest = office.desk.redeem_link(office.desk.issue_link("observer", office.assembly, by=guest))
    unused = office.desk.issue_link("host", office.assembly, table=1, by=guest)
    stays = office.desk.redeem_link(office.desk.issue_link("observer", office.assembly, by=ada))
    ids = {guest.token_id, office.who(by_guest).token_id}
    if how == "removed":
        gone = office.desk.remove_account(ada, eve.account or "")
    else:
        gone = office.desk.take_role(ada, Held(eve.account or "", "administrator", None))
    for link in (*kept, unused):
        with pytest.raises(UnknownCode):
            office.desk.invitation(link)
    assert [office.desk.identify(one) for one in (used, by_guest)] == [None, None], "whoever they let in, and these"
    assert ids <= set(gone), "the web hangs up on them"
    assert [office.desk.invitation(link).role for link in others] == ["recruiter", "observer"]
    assert office.who(stays).role == "observer"
    with pytest.raises(NoSuchRole):
        office.desk.issue_link("observer", office.assembly, by=eve)


def test_a_facilitator_who_loses_one_assembly_keeps_the_links_of_another(here: Office) -> None:
    ada = here.administrator()
    elsewhere = here.desk.seat("Elsewhere", [{"id": "1", "name": "Someone"}]).assembly_id
    fresh, _ = here.set_up(here.desk.invite(ada, "facilitator", here.assembly), "Bob Brown")
    here.desk.give_role(ada, Held(fresh.account or "", "facilitator", elsewhere))
    lost, kept = (here.desk.issue_link("observer", one, by=fresh) for one in (here.assembly, elsewhere))
    out, still = (
        here.desk.redeem_link(here.desk.issue_link("observer", one, by=fresh)) for one in (here.assembly, elsewhere)
    )
    here.desk.take_role(ada, Held(fresh.account or "", "facilitator", here.assembly))
    with pytest.raises(UnknownCode):
        here.desk.invitation(lost)
    assert here.desk.invitation(kept).assembly_id == elsewhere
    assert (here.desk.identify(out), here.who(still).assembly_id) == (None, elsewhere)


def test_guests_of_a_guest_who_has_signed_out_go_along(office: Office) -> None:
    """Who was in between may have signed out, or taken up another link: that frees nobody whom they let in."""
    ada, eve = office.administrator(), office.administrator("Eve")
    between = office.desk.redeem_link(office.desk.issue_link("facilitator", office.assembly, by=eve))
    by = office.who(between)
    guest = office.desk.redeem_link(office.desk.issue_link("host", office.assembly, table=1, by=by))
    unused = office.desk.issue_link("observer", office.assembly, by=by)
    other = office.desk.redeem_link(office.desk.issue_link("facilitator", office.assembly, by=ada))
    stays = office.desk.redeem_link(office.desk.issue_link("observer", office.assembly, by=office.who(other)))
    guest_id = office.who(guest).token_id
    office.desk.revoke(between)
    gone = office.desk.remove_account(ada, eve.account or "")
    assert (office.desk.identify(guest), guest_id in gone, by.token_id in gone) == (None, True, False)
    with pytest.raises(UnknownCode):
        office.desk.invitation(unused)
    assert office.who(stays).role == "observer"


def test_a_device_that_is_signed_out_takes_its_links_along(here: Office) -> None:
    ada, console = here.administrator(), here.who(here.desk.issue_token("facilitator", here.assembly))
    link = here.desk.issue_link("observer", here.assembly, by=console)
    guest = here.who(here.desk.redeem_link(here.desk.issue_link("observer", here.assembly, by=console)))
    assert here.desk.revoke_device(ada, console.token_id) == [console.token_id, guest.token_id]
    with pytest.raises(UnknownCode):
        here.desk.invitation(link)


def test_the_last_administrator_stays_and_of_two_one(office: Office) -> None:
    ada = office.administrator()
    for act in (
        office.desk.remove_account,
        lambda by, one: office.desk.take_role(by, Held(one, "administrator", None)),
    ):
        with pytest.raises(LastAdministrator):
            act(ada, ada.account or "")
    bob = office.administrator("Bob Brown")
    office.desk.remove_account(ada, bob.account or "")
    with pytest.raises(NoSuchRole):
        office.desk.remove_account(bob, ada.account or "")
    with pytest.raises(NotFound):
        office.desk.remove_account(ada, bob.account or "")
    assert [one.name for one in office.desk.staff().people] == [NAME]


def test_nobody_else_gives_roles(here: Office) -> None:
    ada = here.administrator()
    other = here.who(here.desk.issue_token("facilitator", here.assembly))
    for act in (
        lambda: here.desk.invite(other, "recruiter", None),
        lambda: here.desk.give_role(other, Held(ada.account or "", "recruiter", None)),
        lambda: here.desk.remove_account(other, ada.account or ""),
        lambda: here.desk.renewal_link(other, ada.account or ""),
        lambda: here.desk.sign_out_everywhere(other, ada.account or ""),
        lambda: here.desk.revoke_device(other, ada.token_id),
    ):
        with pytest.raises(NoSuchRole):
            act()


def test_a_device_without_an_account_is_seen_and_revoked(here: Office) -> None:
    ada, token = here.administrator(), here.desk.issue_token("facilitator", here.assembly)
    here.desk.join(here.desk.badges(here.assembly)[0].code)
    [(device, name)] = here.desk.staff().devices
    assert (device.role, name) == ("facilitator", "Assembly")
    here.desk.revoke_device(ada, device.token_id)
    here.desk.revoke_device(ada, device.token_id)
    assert here.desk.identify(token) is None
    assert here.desk.staff().log[0].act == "device-out"


def test_the_database_keeps_no_secret_and_a_removed_name_is_gone(office: Office) -> None:
    ada = office.administrator()
    link = office.desk.invite(ada, "facilitator", office.assembly)
    fresh, codes = office.set_up(link, "Zebedee Quill")
    token = office.sign_in("Zebedee Quill", office.digits("number of Zebedee Quill"))
    secret = totp.secret_of(KEY, "number of Zebedee Quill")
    whole = everything(office.url)
    for kept in (
        link,
        token,
        *codes,
        *(code.replace("-", "") for code in codes),
        totp.in_letters(secret),
        secret.hex(),
    ):
        assert kept not in whole
    office.desk.remove_account(ada, fresh.account or "")
    whole = everything(office.url)
    assert "Zebedee" not in whole
    assert "zebedee" not in whole
    assert (fresh.account or "") in whole, "the list keeps the id"


def everything(url: str) -> str:
    """All rows of all tables that have to do with access, as text; bytes as hexadecimal digits."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = [
            value.hex() if isinstance(value, bytes) else str(value)
            for table in ("account", "account_role", "recovery_code", "sign_in_try", "access_log", "token", "link")
            for row in connection.execute(text(f"SELECT * FROM {table}"))
            for value in row
        ]
    engine.dispose()
    return "\n".join(rows)
