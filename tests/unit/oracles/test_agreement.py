# SPDX-License-Identifier: MIT
"""What a feeder signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from oracles.agreement import Decision, Dispute, Own, Proposal, decide
from tanpo.report import Observation

DAY = 20_000
ME, F2, F3, F4 = "0x01", "0x02", "0x03", "0x04"
A, B, C, D = b"A", b"B", b"C", b"D"
ONE = 10**8


def seen(key: bytes, value_e8: int, observed_on: int = DAY) -> Observation:
    return Observation(key, value_e8, observed_on)


def own(*values: Observation, tolerance_bps: int = 0) -> dict[bytes, Own]:
    return {each.key: Own(each, tolerance_bps) for each in values}


def by(*signers: str, of: Sequence[Observation]) -> Proposal:
    return Proposal(tuple(of), frozenset(signers))


def published(*values: Observation) -> dict[bytes, Observation]:
    return {each.key: each for each in values}


def decided(
    mine: Mapping[bytes, Own],
    *proposals: Proposal,
    found: Mapping[bytes, Observation] | None = None,
) -> Decision:
    return decide(mine, found or {}, proposals, ME)


# ---------------------------------------------------------------------- agreeing


@pytest.mark.parametrize(
    ("value_e8", "tolerance_bps", "other_e8", "expected"),
    [
        (10_000, 0, 10_000, True),
        (10_000, 0, 10_001, False),
        (10_000, 0, 9_999, False),
        (10_000, 1, 10_001, True),
        (10_000, 1, 9_999, True),
        (10_000, 1, 10_002, False),
        (10_000, 1, 9_998, False),
        (9_999, 1, 10_000, False),  # a basis point of the own value, 0.9999
        (9_999, 1, 9_998, False),
        (19_999, 1, 20_000, True),
        (19_999, 1, 20_001, False),
        (109_33 * 10**4, 50, 10_987_6650, True),
        (109_33 * 10**4, 50, 10_987_6651, False),
        (109_33 * 10**4, 50, 10_878_3350, True),
        (109_33 * 10**4, 50, 10_878_3349, False),
        (2**63 - 1, 1, 2**63 - 1 - (2**63 - 1) // 10_000, True),
        (2**63 - 1, 1, 2**63 - 2 - (2**63 - 1) // 10_000, False),
    ],
)
def test_agrees__price_or_pair__to_the_last_unit_of_the_tolerance(
    value_e8: int, tolerance_bps: int, other_e8: int, expected: bool
) -> None:
    assert Own(seen(A, value_e8), tolerance_bps).agrees(seen(A, other_e8)) is expected


@pytest.mark.parametrize("value_e8", [3_165_000, 1, 0, -1, -500_000])
@pytest.mark.parametrize(
    ("tolerance_bps", "apart", "expected"),
    [(0, 0, True), (0, 1, False), (1, 10_000, True), (1, 10_001, False), (25, 250_000, True)],
)
def test_agrees__rate__basis_points_of_the_rate_itself_whatever_its_sign(
    value_e8: int, tolerance_bps: int, apart: int, expected: bool
) -> None:
    mine = Own(seen(A, value_e8), tolerance_bps, is_rate=True)
    assert mine.agrees(seen(A, value_e8 + apart)) is expected
    assert mine.agrees(seen(A, value_e8 - apart)) is expected


def test_agrees__rates_of_both_signs_within_the_tolerance__agree() -> None:
    assert Own(seen(A, -4_000), 1, is_rate=True).agrees(seen(A, 6_000))
    assert not Own(seen(A, -4_001), 1, is_rate=True).agrees(seen(A, 6_000))


@pytest.mark.parametrize("observed_on", [DAY - 1, DAY + 1])
def test_agrees__same_value_of_another_day__does_not(observed_on: int) -> None:
    assert not Own(seen(A, ONE), 100_000).agrees(seen(A, ONE, observed_on))


def test_agrees__other_key_of_a_wide_tolerance__compares_only_day_and_value() -> None:
    assert Own(seen(A, ONE), 100_000).agrees(seen(A, 11 * ONE))
    assert not Own(seen(A, ONE), 100_000).agrees(seen(A, 11 * ONE + 1))


# ---------------------------------------------------------------------- one decision


def test_decide__nothing_there__reports_own_values_by_their_keys() -> None:
    found = decided(own(seen(C, 3), seen(A, 1), seen(B, 2)))
    assert found == Decision(((seen(A, 1), seen(B, 2), seen(C, 3)),), ())


def test_decide__no_values__signs_nothing() -> None:
    assert decided({}, by(F2, of=[seen(A, 1)])) == Decision((), ())


def test_decide__others_report_agrees__joins_it_as_it_is() -> None:
    theirs = (seen(B, 20_001), seen(A, 10_000))
    found = decided(own(seen(A, 10_001), seen(B, 20_001), tolerance_bps=1), by(F2, of=theirs))
    assert found == Decision((theirs,), ())


def test_decide__others_report_has_fewer_keys__joins_it_and_reports_the_rest() -> None:
    found = decided(own(seen(A, 1), seen(B, 2)), by(F2, of=[seen(B, 2)]))
    assert found.reports == ((seen(B, 2),), (seen(A, 1),))


def test_decide__others_report_has_an_unknown_key__reports_the_known_ones_apart() -> None:
    found = decided(own(seen(A, 10_000), tolerance_bps=1), by(F2, of=[seen(A, 10_001), seen(D, 9)]))
    assert found == Decision(((seen(A, 10_001),),), ())


def test_decide__one_disputed_key__agreeing_part_with_the_others_values_and_own_value() -> None:
    mine = own(seen(A, 10_000), seen(B, 20_000), seen(C, 30_000), tolerance_bps=1)
    theirs = [seen(C, 30_003), seen(A, 10_001), seen(B, 20_500)]
    found = decided(mine, by(F2, of=theirs))
    assert found.reports == ((seen(A, 10_001), seen(C, 30_003)), (seen(B, 20_000),))
    assert found.disputes == (Dispute(B, 20_000, 20_500, frozenset({F2})),)


def test_decide__value_of_another_day__is_disputed_and_not_signed() -> None:
    found = decided(own(seen(A, 5)), by(F2, of=[seen(A, 5, DAY - 1)]))
    assert found.reports == ((seen(A, 5),),)
    assert found.disputes == (Dispute(A, 5, 5, frozenset({F2})),)


def test_decide__signed_already__waits() -> None:
    assert decided(own(seen(A, 1)), by(ME, of=[seen(A, 1)])) == Decision((), ())
    assert decided(own(seen(A, 1)), by(F2, ME, of=[seen(A, 1)])) == Decision((), ())


def test_decide__signed_already_with_another_waiting__joins_that_too() -> None:
    mine = own(seen(A, 10_000), tolerance_bps=1)
    found = decided(mine, by(ME, of=[seen(A, 10_000)]), by(F2, of=[seen(A, 10_001)]))
    assert found == Decision(((seen(A, 10_001),),), ())


def test_decide__own_signed_report_and_a_disputed_one__waits() -> None:
    found = decided(own(seen(A, 1)), by(ME, of=[seen(A, 1)]), by(F2, F3, of=[seen(A, 2)]))
    assert found == Decision((), (Dispute(A, 1, 2, frozenset({F2, F3})),))


def test_decide__all_published__signs_nothing_even_what_waits() -> None:
    found = decided(own(seen(A, 1)), by(F2, of=[seen(A, 1)]), found=published(seen(A, 1)))
    assert found == Decision((), ())


def test_decide__other_value_is_published__disputed_by_nobody_and_not_reported() -> None:
    found = decided(own(seen(A, 1)), by(F2, of=[seen(A, 3)]), found=published(seen(A, 2)))
    assert found == Decision((), (Dispute(A, 1, 2, frozenset()),))


def test_decide__value_within_the_tolerance_is_published__no_dispute() -> None:
    mine = own(seen(A, 10_000), tolerance_bps=1)
    assert decided(mine, found=published(seen(A, 10_001))) == Decision((), ())


def test_decide__proposal_with_a_published_key_of_the_same_value__joins_it() -> None:
    theirs = (seen(A, 1), seen(B, 2))
    found = decided(own(seen(A, 1), seen(B, 2)), by(F2, of=theirs), found=published(seen(A, 1)))
    assert found == Decision((theirs,), ())


def test_decide__proposal_with_a_published_key_of_another_value__its_rest_apart() -> None:
    mine = own(seen(A, 10_000), seen(B, 10_000), tolerance_bps=1)
    found = decided(
        mine, by(F2, of=[seen(A, 10_000), seen(B, 10_001)]), found=published(seen(A, 10_001))
    )
    assert found == Decision(((seen(B, 10_001),),), ())


def test_decide__own_signed_report_can_no_longer_be_published__its_rest_once_more() -> None:
    waiting = by(ME, of=[seen(A, 1), seen(B, 2)])
    found = decided(own(seen(A, 1), seen(B, 2)), waiting, found=published(seen(A, 9)))
    assert found.reports == ((seen(B, 2),),)
    again = by(ME, of=[seen(B, 2)])
    found = decided(own(seen(A, 1), seen(B, 2)), waiting, again, found=published(seen(A, 9)))
    assert found.reports == ()


def numbered(*numbers: int) -> list[Observation]:
    return [seen(number.to_bytes(32), number) for number in numbers]


def test_decide__more_values_than_a_transaction_can_publish__several_reports() -> None:
    values = numbered(*range(1, 502))
    found = decided(own(*values[::-1]))
    assert found.reports == (tuple(values[:250]), tuple(values[250:500]), tuple(values[500:]))


def test_decide__others_report_has_as_many_as_can_be_published__joins_it() -> None:
    theirs = tuple(numbered(*range(250, 0, -1)))
    assert decided(own(*theirs), by(F2, of=theirs)).reports == (theirs,)


def test_decide__others_report_can_never_be_published_for_its_size__is_left_alone() -> None:
    values = numbered(*range(1, 252))
    found = decided(own(*values), by(F2, of=values))
    assert found.reports == (tuple(values[:250]), tuple(values[250:]))


def test_decide__several_reports_to_join__most_signers_first_then_the_oldest() -> None:
    mine = own(seen(A, 10_000), tolerance_bps=9)
    first, second, third = ((seen(A, 10_000 + i),) for i in range(3))
    found = decided(mine, by(F2, of=first), by(F3, of=second), by(F2, F3, of=third))
    assert found.reports == (third, first, second)


def test_decide__two_raced_with_one_disputed_key__the_shared_value_in_a_report_of_its_own() -> None:
    board = [by(ME, of=[seen(A, 1), seen(B, 2)]), by(F2, of=[seen(A, 1), seen(B, 3)])]
    mine, theirs = own(seen(A, 1), seen(B, 2)), own(seen(A, 1), seen(B, 3))
    found = decide(mine, {}, board, ME)
    assert found.reports == ((seen(A, 1),),)
    assert found.disputes == (Dispute(B, 2, 3, frozenset({F2})),)
    assert decide(theirs, {}, board, F2).reports == ((seen(A, 1),),)
    board.append(by(ME, F2, of=[seen(A, 1)]))
    assert decide(mine, {}, board, ME).reports == ()
    assert decide(theirs, {}, board, F2).reports == ()


def test_decide__signers_spread_over_reports_that_differ__all_three_make_the_same_one() -> None:
    """Nobody could sign a report of all three: each pair has another disputed key."""
    board = [
        by(ME, of=[seen(A, 1), seen(C, 3), seen(D, 4)]),
        by(ME, F2, of=[seen(A, 1), seen(C, 3)]),
        by(ME, F3, of=[seen(A, 1), seen(D, 4)]),
        by(F2, of=[seen(D, 40)]),
        by(F3, of=[seen(C, 30)]),
    ]
    for feeder, c, d in ((ME, 3, 4), (F2, 3, 40), (F3, 30, 4)):
        mine = own(seen(A, 1), seen(C, c), seen(D, d))
        assert decide(mine, {}, board, feeder).reports == ((seen(A, 1),),)


def test_decide__spread_values_of_other_signers__one_report_for_each_set_of_signers() -> None:
    mine = own(seen(A, 1), seen(B, 2), seen(C, 3), seen(D, 4))
    board = [
        by(ME, of=[seen(A, 1), seen(B, 2), seen(C, 3), seen(D, 4)]),
        by(F2, of=[seen(C, 3), seen(A, 1), seen(D, 9)]),
        by(F3, of=[seen(B, 2), seen(D, 9)]),
    ]
    found = decide(mine, {}, board, ME)
    assert found.reports == ((seen(A, 1), seen(C, 3)), (seen(B, 2),))
    assert found.disputes == (Dispute(D, 4, 9, frozenset({F2, F3})),)


def test_decide__two_values_of_a_key_to_report_apart__never_in_one_report() -> None:
    mine = own(seen(A, 10_000), tolerance_bps=9)
    board = [by(F2, of=[seen(A, 10_001), seen(D, 1)]), by(F2, of=[seen(A, 10_002), seen(D, 1)])]
    assert decided(mine, *board).reports == ((seen(A, 10_001),), (seen(A, 10_002),))


def test_decide__satisfied_by_another_value_of_a_disputed_key__own_value_too() -> None:
    mine = own(seen(A, 10_000), tolerance_bps=10)
    joined, far = by(F2, ME, of=[seen(A, 9_995)]), by(F3, of=[seen(A, 10_015)])
    found = decided(mine, joined, far)
    assert found.reports == ((seen(A, 10_000),),)
    assert found.disputes == (Dispute(A, 10_000, 10_015, frozenset({F3})),)
    assert decided(mine, joined).reports == ()
    assert decided(mine, joined, far, by(ME, of=[seen(A, 10_000)])).reports == ()


def test_decide__changed_its_mind__disputes_what_it_signed_with_another() -> None:
    found = decided(own(seen(A, 7)), by(ME, F2, of=[seen(A, 5)]), by(ME, of=[seen(A, 4)]))
    assert found.reports == ((seen(A, 7),),)
    assert found.disputes == (Dispute(A, 7, 5, frozenset({F2})),)


def test_decide__one_disputed_value_in_two_reports__one_dispute_with_all_signers() -> None:
    board = [by(F2, of=[seen(A, 5)]), by(F3, of=[seen(A, 5), seen(D, 1)]), by(F4, of=[seen(A, 6)])]
    assert decided(own(seen(A, 7)), *board).disputes == (
        Dispute(A, 7, 5, frozenset({F2, F3})),
        Dispute(A, 7, 6, frozenset({F4})),
    )


def test_decide__order_of_own_and_published__does_not_matter() -> None:
    board = [by(F2, of=[seen(D, 4), seen(A, 10_001), seen(B, 2)]), by(F3, of=[seen(C, 3)])]
    values = [seen(A, 10_000), seen(B, 20_000), seen(C, 3), seen(D, 40_000)]
    forward = decided(own(*values, tolerance_bps=1), *board, found=published(seen(D, 1)))
    back = decided(own(*values[::-1], tolerance_bps=1), *board, found=published(seen(D, 1)))
    assert forward.reports == back.reports
    assert forward.reports == ((seen(C, 3),), (seen(A, 10_001),), (seen(B, 20_000),))


def test_decide__source_has_changed__withdraws_what_it_signed_alone_or_with_others() -> None:
    mine = own(seen(A, 7), seen(B, 2))
    board = [
        Proposal((seen(A, 5), seen(B, 2)), frozenset({ME, F2}), b"changed"),
        Proposal((seen(B, 2),), frozenset({ME}), b"still so"),
        Proposal((seen(A, 5),), frozenset({F2}), b"another's"),
    ]
    assert decided(mine, *board).withdrawn == (b"changed",)
    assert decided(mine, *board, found=published(seen(A, 5))).withdrawn == ()
    assert decided(own(seen(B, 2)), *board).withdrawn == ()
