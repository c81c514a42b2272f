# SPDX-License-Identifier: MIT
"""`tanpo.study.market.table` and `.columns`: what is refused in a user's files, and where."""

from __future__ import annotations

import pytest

from tanpo.errors import InputError
from tanpo.study.market.columns import securities_of
from tanpo.study.market.own import own_market
from tanpo.study.market.table import read_table

from .files import FIRST, NAMES, column, day, rows_of, write

HEADER = "date,A,B,C,D,E,F"


@pytest.fixture
def prices(tmp_path):
    return tmp_path / "prices.csv"


def refusal(prices, fx=None):
    """What a file is refused with, without the folder that it lies in."""
    with pytest.raises(InputError) as info:
        own_market(prices, fx)
    assert info.value.exit_code == 2
    return info.value.message.replace(f"{prices.parent}/", "")


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("Date,A,B,C,D,E,F", 'the first column must be date, found "Date"'),
        ("A,date,B,C,D,E,F", 'the first column must be date, found "A"'),
        ("date;A;B;C;D;E;F", 'the first column must be date, found "date;A;B;C;D;E;F"'),
        ("", 'the first column must be date, found ""'),
        ("date,A,B,,D,E,F", "column 4 has no name"),
        ("date,A,B,C,D,E,F,", "column 8 has no name"),
        ("date,A,B,C,D,E,A", 'column 7: "A" is there twice'),
        ("date,A,B,C,D,E,date", 'column 7: "date" is there twice'),
        ("date,A,B,C,D,E,\x07", 'column 7: "\\x07" is no name'),
        ("date,A,B,C,D,E:USD,E:EUR", 'column E:EUR: "E" is there twice'),
        ("date,A,B,C,D,E,A:USD", 'column A:USD: "A" is there twice'),
        ("date,A,B,C,D,E,:USD", "column :USD: has no name before the currency"),
        ("date,A,B,C,D,E,F:", 'column F:: unknown currency ""'),
        ("date,A,B,C,D,E,F:usd", 'column F:usd: unknown currency "usd"'),
        ("date,A,B,C,D,E,F:EUX", 'column F:EUX: unknown currency "EUX"'),
        ("date,A,B,C,D,E,F:G:USD", 'column F:G:USD: unknown currency "G:USD"'),
        ("date,A,B,C,D,E,EUR", "column EUR: is the name of a currency of the market"),
        ("date", "found 0 columns of securities, needs 5"),
        ("date,A,B,C,D", "found 4 columns of securities, needs 5"),
    ],
)
def test_own_market__bad_header__is_refused_on_line_1(prices, header, reason):
    cells = ["100"] * header.count(",")
    rows = rows_of([])[1:]
    write(prices, [[header], *([row[0], *cells] for row in rows)])
    assert refusal(prices) == f"prices.csv:1: {reason}"


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("date", "found no column of a pair such as EURUSD"),
        ("date,EURUSD,USDEUR", "column USDEUR: its currencies are those of column EURUSD"),
        ("date,EURUSD,EURUSD", 'column 3: "EURUSD" is there twice'),
        ("date,EUR/USD", "column EUR/USD: is no pair of two currencies such as EURUSD"),
        ("date,eurusd", "column eurusd: is no pair of two currencies such as EURUSD"),
        ("date,USDUSD", "column USDUSD: is no pair of two currencies such as EURUSD"),
        ("date,EUXUSD", "column EUXUSD: is no pair of two currencies such as EURUSD"),
        ("date,USDXAU", "column USDXAU: is no pair of two currencies such as EURUSD"),
        ("date,EUR", "column EUR: is no pair of two currencies such as EURUSD"),
        ("date,EURUSDT", "column EURUSDT: is no pair of two currencies such as EURUSD"),
    ],
)
def test_own_market__bad_header_of_rates__is_refused_on_line_1(prices, header, reason):
    write(prices, rows_of())
    cells = ["1.1"] * header.count(",")
    fx = write(prices.with_name("fx.csv"), [[header], [str(FIRST), *cells]])
    assert refusal(prices, fx) == f"fx.csv:1: {reason}"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"{day(3)},1,2,3,4,5", "found 6 cells for 7 columns"),
        (f"{day(3)},1,2,3,4,5,6,", "found 8 cells for 7 columns"),
        (f"{day(3)},1,2,3,4,5,1,234", "found 8 cells for 7 columns"),
        ("", "every cell is empty"),
        (" ", "every cell is empty"),
        (",,,,,,", "every cell is empty"),
        (f"{day(3)},,NA, ,nan,null,N/A", "every cell of 2024-01-04 is empty"),
        (",1,2,3,4,5,6", 'column date: "" is no date such as 2023-04-19'),
        ("4 Jan,1,2,3,4,5,6", 'column date: "4 Jan" is no date such as 2023-04-19'),
        ("1969-12-31,1,2,3,4,5,6", 'column date: "1969-12-31" is before 1970-01-01'),
        (
            f"{day(2)},1,2,3,4,5,6",
            "column date: 2024-01-03 follows 2024-01-03, but dates must ascend",
        ),
        (
            f"{day(0)},1,2,3,4,5,6",
            "column date: 2024-01-01 follows 2024-01-03, but dates must ascend",
        ),
        (f"{day(3)},1,2,x,4,5,6", 'column C: "x" is no positive decimal number'),
        (f"{day(3)},1,2,x,-4,5,6", 'column C: "x" is no positive decimal number'),
        (f"{day(3)},1,2,3,-4,5,6", 'column D: "-4" is not positive'),
        (f"{day(3)},1,2,3,4,5,0.00", 'column F: "0.00" is not positive'),
        (
            f"{day(3)},1e11,2,3,4,5,6",
            'column A: "1e11" is more than a fixing holds, 92233720368.54775807',
        ),
        (
            f"{day(3)},1,1e-9,3,4,5,6",
            'column B: "1e-9" is nothing when it is rounded to 8 decimals',
        ),
        (f'{day(3)},1,2,"3"x,4,5,6', "is no CSV: ',' expected after '\"'"),
    ],
)
def test_own_market__bad_line__is_refused_with_its_number(prices, line, reason):
    rows = [",".join(row) for row in rows_of()]
    rows[4] = line
    prices.write_text("\n".join(rows) + "\n")
    assert refusal(prices) == f"prices.csv:5: {reason}"


def test_own_market__two_things_wrong__the_first_is_named(prices):
    rows = rows_of(["A", "B", "C", "D", "E", "F:EUX"])
    rows[5][1] = "x"
    write(prices, rows)
    assert refusal(prices) == 'prices.csv:1: column F:EUX: unknown currency "EUX"'


def test_own_market__quoted_cells_over_lines__counts_lines_of_the_file(prices):
    rows = [",".join(row) for row in rows_of()]
    rows[1] = f'"{day(0)}",1,2,3,4,5,"6\n"'
    rows[3] = f"{day(2)},1,2,3,4,5,x"
    prices.write_text("\n".join(rows))
    assert refusal(prices) == 'prices.csv:5: column F: "x" is no positive decimal number'


def test_own_market__open_quote__is_refused_where_it_opens(prices):
    rows = [",".join(row) for row in rows_of()]
    rows[6] = f'{day(5)},"1,2,3,4,5,6'
    prices.write_text("\n".join(rows))
    assert refusal(prices) == "prices.csv:7: is no CSV: unexpected end of data"


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
def test_own_market__no_utf_8__is_refused_on_its_line(prices, newline):
    lines = [",".join(row).encode() for row in rows_of()]
    lines[8] = b"2024-01-08,1,2,3,4,5,\xff"
    prices.write_bytes(newline.join(lines))
    assert refusal(prices) == "prices.csv:9: is no UTF-8 text"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_own_market__bad_cell__is_refused_on_its_line_whatever_ends_lines(prices, newline):
    lines = [",".join(row) for row in rows_of()]
    lines[8] = f"{day(7)},1,2,3,4,5,x"
    prices.write_bytes(newline.join(lines).encode())
    assert refusal(prices) == 'prices.csv:9: column F: "x" is no positive decimal number'


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf"])
def test_own_market__nothing_in_it__is_refused(prices, content):
    prices.write_bytes(content)
    assert refusal(prices) == "prices.csv:1: the file is empty"


def test_own_market__no_file__is_refused(prices):
    assert refusal(prices) == "prices.csv:1: cannot be read: No such file or directory"


def test_own_market__no_file_of_rates__is_refused(prices):
    write(prices, rows_of())
    fx = prices.with_name("fx.csv")
    assert refusal(prices, fx) == "fx.csv:1: cannot be read: No such file or directory"


def test_own_market__folder__is_refused(prices):
    prices.mkdir()
    assert refusal(prices) == "prices.csv:1: cannot be read: Is a directory"


@pytest.mark.parametrize("count", [0, 1, 21])
def test_own_market__fewer_than_22_dates__is_refused(prices, count):
    write(prices, rows_of(count=count))
    assert refusal(prices) == f"prices.csv:1: found {count} dates, needs 22"


def test_own_market__22_dates__are_enough(prices):
    assert len(own_market(write(prices, rows_of(count=22))).dates) == 22


def test_own_market__marks_quotes_and_spaces__are_left_out(prices):
    lines = [",".join(row) for row in rows_of()]
    lines[0] = 'date , "A",B : USD,"C", D,E,F '
    lines[1] = f'"{FIRST}", "1.5", 2 ,3,4,5,6'
    prices.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    market = own_market(prices)
    assert [security.instrument.symbol for security in market.securities] == list(NAMES)
    assert column(market, "A")[:2] == [1_50000000, 100_00000000]
    assert column(market, "B")[0] == 2_00000000


def test_read_table__gaps__are_nothing(prices):
    prices.write_text(f"{HEADER}\n{day(0)},,NA,N/a,NaN, null ,7\n")
    table = read_table(prices, securities_of)
    assert table.names == NAMES
    assert table.dates == (day(0),)
    assert table.values_e8.tolist() == [[0, 0, 0, 0, 0, 7_00000000]]


def test_read_table__header_only__has_no_row(prices):
    prices.write_text(f"{HEADER}\n")
    assert read_table(prices, securities_of).values_e8.shape == (0, 6)
