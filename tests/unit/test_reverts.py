# SPDX-License-Identifier: MIT
"""What scripts/reverts puts into a contract."""

import pytest

from scripts.reverts.instrument import PASSED_ON, UNNAMED, Site, instrument


def _sites(*found):
    return [Site("A.sol", line, name) for line, name in found]


@pytest.mark.parametrize(
    ("source", "name", "expected"),
    [
        ("if (a) revert Short(b);", "Short", "if (a) { Hit.at(7); revert Short(b); }"),
        ("revert IA.Short();", "Short", "{ Hit.at(7); revert IA.Short(); }"),
        ("revert  Short(f(a), (b));", "Short", "{ Hit.at(7); revert  Short(f(a), (b)); }"),
        ("revert();", UNNAMED, "{ Hit.at(7); revert(); }"),
        ("require(a, Short(b));", UNNAMED, "{ Hit.at(7); require(a, Short(b)); }"),
        ("assert(a);", UNNAMED, "{ Hit.at(7); assert(a); }"),
        (
            "case 0 { revert(0, returndatasize()) }",
            PASSED_ON,
            "case 0 { revert(add(0, sub(staticcall(gas(), 8257543, 0, 0, 0, 0), 1)),"
            " returndatasize()) }",
        ),
        (
            "if (a) _requireB(c);",
            "_requireB()",
            "if (a) { Hit.at(1007); _requireB(c); Hit.at(2007); }",
        ),
        (
            "{ bool b = _requireB(c); }",
            "_requireB()",
            "{ Hit.at(1007); bool b = _requireB(c); Hit.at(2007); }",
        ),
        (
            "{ return _requireB(c); }",
            "_requireB()",
            "{ { Hit.at(1007); _requireB(c); Hit.at(2007); return; } }",
        ),
        ("Gas.requireB(c);", "requireB()", "{ Hit.at(1007); Gas.requireB(c); Hit.at(2007); }"),
    ],
)
def test_instrument__one_site__tells_its_number(source, name, expected):
    assert instrument(source, "A.sol", 7) == (expected, _sites((1, name)))


@pytest.mark.parametrize("block", ["{}", "{{ {} }}"])
def test_instrument__alternatives__each_tell_their_number(block):
    source = 'if (a(b || c) || d < "|| e"\n || (f && g)) ' + block.format("revert Short();")
    told = (
        'if ((a(b || c)) && Hit.at(1007) || (d < "|| e") && Hit.at(1008)'
        "\n || ((f && g)) && Hit.at(1009)) "
    )
    expected = told + block.format("{ Hit.at(10); revert Short(); }")
    assert instrument(source, "A.sol", 7) == (
        expected,
        _sites(
            (1, "Short if a(b || c)"),
            (1, 'Short if d < "|| e"'),
            (2, "Short if (f && g)"),
            (2, "Short"),
        ),
    )


def test_instrument__over_several_lines__leaves_them_where_they_are():
    source = "\n".join(
        ["if (", "  a) {", "  revert Short(", "    b,", "    c", "  );", "}", "revert Long();"]
    )
    expected = "\n".join(
        [
            *("if (", "  a) {", "  { Hit.at(0); revert Short(", "    b,", "    c", "  ); }", "}"),
            "{ Hit.at(1); revert Long(); }",
        ]
    )
    assert instrument(source, "A.sol", 0) == (expected, _sites((3, "Short"), (8, "Long")))


@pytest.mark.parametrize(
    "source",
    [
        "/// Or it will revert Short(b);",
        "/* revert Short(b); */",
        'string a = "revert Short(b);";',
        "error Short(uint256 b);",
        "function _requireB(uint256 c) private {}",
        "reverted = revertCount(a);",
        "if (a || b) return;",
    ],
)
def test_instrument__what_does_not_revert__stays(source):
    assert instrument(source, "A.sol", 0) == (source, [])


def test_instrument__parenthesis_in_a_comment__does_not_count():
    source = "revert Short(a /* :) */);"
    assert instrument(source, "A.sol", 0)[0] == f"{{ Hit.at(0); {source} }}"


def test_says__other_error__is_not_asserted():
    site = Site("A.sol", 1, "Short")
    assert (site.says("Short"), site.says("Long")) == (True, False)
    assert Site("A.sol", 1, PASSED_ON).says("Long")
    assert not Site("A.sol", 1, UNNAMED).says("Long")
