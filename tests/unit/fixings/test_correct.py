# SPDX-License-Identifier: MIT
"""`correct` and `useQuote`: a value is final from the first mark that uses it."""

import pytest

from support import MARKED, SETTLED, at, events, pair, reverts
from tanpo.report import rate_key
from unit.fixings.conftest import Council

WRONG, RIGHT = 101, 102


@pytest.fixture
def published(known, bund):
    """With a wrong price."""
    known.publish(MARKED, (bund, WRONG, MARKED))
    return known


def names(receipt):
    return [name for name, _ in events(receipt, "Fixings")]


def value(council, key, date=MARKED):
    return council.fixings.fixing(key, date).valueE8


def test_correct__by_a_quorum__replaces_the_value(published, bund, chain):
    chain.pending_timestamp = at(MARKED, 22)
    receipt = published.correct(MARKED, bund, WRONG, RIGHT, MARKED - 1)
    assert events(receipt, "Fixings") == [
        (
            "Corrected",
            {
                "key": bund,
                "date": MARKED,
                "foundE8": WRONG,
                "valueE8": RIGHT,
                "observedOn": MARKED - 1,
            },
        )
    ]
    found = published.fixings.fixing(bund, MARKED)
    assert (found.valueE8, found.observedOn) == (RIGHT, MARKED - 1)
    assert found.publishedAt >= at(MARKED, 22)
    assert value(published, bund, SETTLED) == 100


def test_correct__by_one_and_then_another__waits_in_between(published, bund):
    receipt = published.correct(MARKED, bund, WRONG, RIGHT, MARKED, by=(0,))
    assert names(receipt) == ["Signed", "CorrectionProposed"]
    proposed = events(receipt, "Fixings")[1][1]["correction"]
    assert tuple(proposed.values()) == published.correction(MARKED, bund, WRONG, RIGHT, MARKED)
    assert value(published, bund) == WRONG
    assert names(published.correct(MARKED, bund, WRONG, RIGHT, MARKED, by=(2,))) == ["Corrected"]
    assert value(published, bund) == RIGHT


def test_correct__to_an_outlier__needs_the_larger_quorum(published, bund):
    receipt = published.correct(MARKED, bund, WRONG, 500, MARKED)
    assert names(receipt) == ["Withheld", "Signed", "Signed", "CorrectionProposed"]
    assert value(published, bund) == WRONG
    published.correct(MARKED, bund, WRONG, 500, MARKED, by=(2,))
    assert value(published, bund) == 500


def test_correct__replayed__changes_nothing_even_after_it_was_undone(published, bund):
    correction = published.correction(MARKED, bund, WRONG, RIGHT, MARKED)
    first = published.fixings.fixing(bund, MARKED).publishedAt
    published.correct(*correction)
    assert names(published.correct(*correction)) == []
    published.correct(MARKED, bund, RIGHT, WRONG, MARKED)
    undone = published.fixings.fixing(bund, MARKED).publishedAt
    with reverts(
        published.fixings.FixingDiffers,
        key=bund,
        date=MARKED,
        found=WRONG,
        foundAt=undone,
        named=WRONG,
        namedAt=first,
    ):
        published.correct(*correction)
    assert value(published, bund) == WRONG


def test_correct__the_same_values_once_more__is_a_correction_of_its_own(published, bund):
    for found, right in ((WRONG, RIGHT), (RIGHT, WRONG), (WRONG, RIGHT)):
        assert names(published.correct(MARKED, bund, found, right, MARKED)) == ["Corrected"]
    assert value(published, bund) == RIGHT


def test_correct__old_report_replayed_after_it__is_refused(published, bund):
    published.correct(MARKED, bund, WRONG, RIGHT, MARKED)
    with reverts(
        published.fixings.AlreadyPublished, key=bund, date=MARKED, found=RIGHT, offered=WRONG
    ):
        published.publish(MARKED, (bund, WRONG, MARKED))


def test_correct__of_another_value__reverts(published, bund):
    at_ = published.fixings.fixing(bund, MARKED).publishedAt
    with reverts(
        published.fixings.FixingDiffers,
        key=bund,
        date=MARKED,
        found=WRONG,
        foundAt=at_,
        named=100,
        namedAt=at_,
    ):
        published.correct(MARKED, bund, 100, RIGHT, MARKED)


def test_correct__of_nothing__reverts(published, bund):
    with reverts(published.fixings.MissingFixing, key=bund, date=MARKED + 1):
        published.correct(MARKED + 1, bund, WRONG, RIGHT, MARKED)


@pytest.mark.parametrize(
    ("error", "offered", "arguments"),
    [
        ("NotPositive", (0, MARKED), {"offered": 0}),
        ("ObservedLater", (RIGHT, MARKED + 1), {"observedOn": MARKED + 1}),
        ("StaleFixing", (RIGHT, MARKED - 8), {"observedOn": MARKED - 8, "maxAgeDays": 7}),
    ],
)
def test_correct__to_what_is_no_fixing__reverts(published, bund, error, offered, arguments):
    with reverts(getattr(published.fixings, error), key=bund, date=MARKED, **arguments):
        published.correct(MARKED, bund, WRONG, *offered)


def test_correct__signed_by_no_feeder__reverts(published, bund, lender):
    strangers = type(published)(published.fixings, [lender], published.relayer)
    with reverts(published.fixings.NotAFeeder, found=lender.address):
        strangers.correct(MARKED, bund, WRONG, RIGHT, MARKED, by=(0,))


def test_correct__day_of_observation_alone__is_a_correction(published, bund):
    published.correct(MARKED, bund, WRONG, WRONG, MARKED - 1)
    assert published.fixings.fixing(bund, MARKED).observedOn == MARKED - 1


def test_correct__rate_of_zero__is_replaced(council, chain):
    key = rate_key("ESTR")
    council.publish(SETTLED, (key, 0, SETTLED), by=(0, 1, 2))
    council.correct(SETTLED, key, 0, -50_000, SETTLED, by=(0, 1, 2))
    assert value(council, key, SETTLED) == -50_000


@pytest.fixture
def marked(project, roles, feeder, keeper, bund, stranger, blockchain_administrator, chain):
    """One feeder's fixings of two dates, whose escrow is the keeper: it can use them directly."""
    administrator = blockchain_administrator
    made = administrator.deploy(project.Fixings, roles, 7, 1, 1, (2_000, 500, 100))
    made.setEscrow(keeper, sender=administrator)
    single = Council(made, [feeder], stranger)
    chain.pending_timestamp = at(MARKED, 20)
    for date, value_e8 in ((SETTLED, 100), (MARKED, WRONG)):
        single.publish(date, (bund, value_e8, date), by=(0,))
    return single


@pytest.fixture
def use(marked, keeper, accounts):
    """What a mark does."""
    instrument = (accounts[9], b"EUR", 1, 0, 0, 1)

    def call(currency=b"EUR", date=MARKED, sender=keeper):
        return marked.fixings.useQuote(instrument, currency, date, sender=sender)

    return call


def test_correct__after_a_mark_used_it__reverts(marked, use, bund):
    use()
    assert marked.fixings.fixing(bund, MARKED).isUsed
    with reverts(marked.fixings.FixingUsed, key=bund, date=MARKED, found=WRONG):
        marked.correct(MARKED, bund, WRONG, RIGHT, MARKED, by=(0,))
    assert value(marked, bund) == WRONG


def test_correct__after_a_mark_of_another_date__is_made(marked, use, bund):
    use(date=SETTLED)
    assert [marked.fixings.fixing(bund, day).isUsed for day in (SETTLED, MARKED)] == [
        True,
        False,
    ]
    marked.correct(MARKED, bund, WRONG, RIGHT, MARKED, by=(0,))
    assert value(marked, bund) == RIGHT


@pytest.mark.parametrize("name", ["EURUSD", "USDEUR"])
def test_use_quote__other_currency__makes_the_pair_final_as_it_is_quoted(marked, use, bund, name):
    marked.publish(MARKED, (pair(name), 109_253_000, MARKED), by=(0,))
    use(currency=b"USD")
    for key in (bund, pair(name)):
        assert marked.fixings.fixing(key, MARKED).isUsed


def test_use_quote__without_a_rate__reverts_and_leaves_the_price(marked, use, bund):
    with reverts(marked.fixings.MissingRate, base=b"EUR", quote=b"USD", date=MARKED):
        use(currency=b"USD")
    assert not marked.fixings.fixing(bund, MARKED).isUsed


def test_use_quote__by_another__reverts(marked, use, bund, keeper, stranger):
    with reverts(marked.fixings.NotTheEscrow, caller=stranger.address, escrow=keeper.address):
        use(sender=stranger)
    assert not marked.fixings.fixing(bund, MARKED).isUsed


def test_set_escrow__twice__reverts(fixings, escrow, stranger, keeper, blockchain_administrator):
    named = fixings.escrow()
    with reverts(fixings.EscrowAlreadySet, found=named):
        fixings.setEscrow(stranger, sender=blockchain_administrator)
    assert fixings.escrow() == named


@pytest.mark.parametrize("role", ["stranger", "feeder", "token_administrator"])
def test_set_escrow__by_another__reverts(request, role, fixings):
    caller = request.getfixturevalue(role)
    with reverts(fixings.AccessManagedUnauthorized, caller=caller.address):
        fixings.setEscrow(caller, sender=caller)
