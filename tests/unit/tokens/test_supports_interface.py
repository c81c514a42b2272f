# SPDX-License-Identifier: MIT
"""`supportsInterface`: what others may expect (ERC-165)."""

import pytest


@pytest.mark.parametrize(
    ("interface", "supported"),
    [("3edbb4c4", True), ("01ffc9a7", True), ("ffffffff", False), ("bf1ef5fe", False)],
    ids=["ERC-7943 fungible", "ERC-165", "none", "ERC-7943 non-fungible"],
)
def test_supports_interface__of_a_token__is_told(interface, supported, token):
    assert token.supportsInterface(bytes.fromhex(interface)) is supported
