# SPDX-License-Identifier: MIT
"""The nightly job: what a keeper runs on a live deployment once the fixings are out.

It reads the state of all trades from the chain, plans purely (`planning`), asks the contracts what
they would do (`asking`), sends what they would not refuse, and reads again, until a whole pass has
sent nothing. Nothing is kept outside the chain. So the job may be killed anywhere and run again,
run twice, and run on two machines at once: whoever is first does it, and the other finds it done.
Its report is read from the chain's logs, whoever sent the transactions.

**Order.** Business dates come one after another, each in the order of the replay: issuers' acts,
closes, marks of trades, marks of netting sets, openings. What is tried in vain is tried again as
long as something else succeeds.

**Which dates.** Those with a published price or rate of exchange, from the first that an open trade
has not been marked on, up to the date of the run.

**A value that is missing.** Marks only go forward: a trade that is marked on a date can never be
marked on an earlier one, and what that one's call would have moved never moves. So a trade without
one of its fixings waits: it is not marked on later dates either until that fixing is there. That is
no trouble on a holiday of one market, for feeders publish its last values for that date, with the
day on which they were observed. What refuses a mark for another reason (a token, a node) may be
gone in the next run, and the trade waits too. Only a worthless basket, or a value that is too
large, is so for ever, as fixings are final: that trade goes on with the next date, as it does in
the replay. Where a value will never come, `skips_missing` lets the trades that wait go on without
that date: an operator's decision, for it gives up a mark, and the report shows it.

**No fixings at all.** A weekend is no business date. On another day the date of the run is
reported as missing if a trade is open: it is a holiday or the feed is late, and nothing on the
chain says which. That too can be skipped.

**Trades that have ended** are not marked any more. They close in their place in the order, before
the marks of the date on which they ended: what they return may be what another trade's call needs.
But the contracts close only on dates from the latest that has fixings to today, and interest counts
to the date of the close. So they close on the date of the run, the day on which the tokens really
go back, and not at all where that is before the latest date with fixings.

**Trades that start** open on the date of the run, after everything else. A netted one waits while
its set has not been marked on an earlier date: it would come into the set with its quantities, and
the contracts then forbid those marks.

**A close that fails** because a party is short is noted (`noteLate`), so that penalty and default
count from here. It is tried again in every run.
"""
