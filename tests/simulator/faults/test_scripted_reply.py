"""A scripted reply changes exactly what the script says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.faults.scripted_reply import ReplyScript, patched, scripted
from simulator.protocol.model.step import Reply

REPLY = Reply("0", "成功", {"a": "1", "b": {"c": "2", "d": ["x", "y"]}, "rows": [{"n": "1"}, {"n": "2"}]})


def test_an_empty_script_changes_nothing():
    assert scripted(REPLY, ReplyScript()) == REPLY


def test_code_alone_makes_a_failure_and_zero_a_success():
    refused = scripted(REPLY, ReplyScript(code="99999"))
    assert (refused.code, refused.success, refused.data) == ("99999", False, REPLY.data)
    assert scripted(refused, ReplyScript(code="0")).success
    assert scripted(REPLY, ReplyScript(code="500", success=True)).success


def test_set_and_unset_take_dotted_paths():
    out = scripted(
        REPLY, ReplyScript(set={"b.c": "9", "new.deep": "1", "rows.1.n": "8"}, unset=("a", "b.d.0", "x.y"))
    )
    assert out.data == {"b": {"c": "9", "d": ["y"]}, "rows": [{"n": "1"}, {"n": "8"}], "new": {"deep": "1"}}
    assert REPLY.data["a"] == "1"


def test_data_replaces_the_whole():
    assert scripted(REPLY, ReplyScript(data={"z": "1"}, set={"y": "2"})).data == {"z": "1", "y": "2"}


def test_a_failure_without_data_stays_without():
    failure = Reply("LT-X", "不行", None, success=False)
    assert scripted(failure, ReplyScript(unset=("a",))).data is None
    assert scripted(failure, ReplyScript(set={"a": "1"})).data == {"a": "1"}


def test_decimals_of_a_script_keep_their_text():
    out = scripted(REPLY, ReplyScript(set={"amount": 12.5, "rows": [{"fee": 0.1}]}))
    assert str(out.data["amount"]) == "12.5"
    assert not isinstance(out.data["rows"][0]["fee"], float)


def test_patched_null_takes_out():
    assert patched({"a": "1", "b": {"c": "2"}}, {"a": None, "b.c": "3"}) == {"b": {"c": "3"}}


names = st.text(alphabet="abc.0", min_size=0, max_size=6)
values = st.recursive(
    st.none() | st.text(max_size=3) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from("abc"), values, max_size=3),
    st.dictionaries(names, values, max_size=3),
    st.lists(names, max_size=3),
)
def test_no_path_is_an_accident(data, changes, gone):
    assert scripted(Reply("0", "", data), ReplyScript(set=changes, unset=tuple(gone))).code == "0"
    assert isinstance(patched(data, {f"x{path}": value for path, value in changes.items()}), dict)
