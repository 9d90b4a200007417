"""What is asked first, because it is cheap, rules nothing out that the rules behind it would have found."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from pipelines.read import container

NAMES = (
    *(
        "TRS_Editor",
        "trs_editor",
        "TRS_UEDITOR",
        "trs_ueditor",
        "TRS_UEDITOR2",
        "ue_content",
        "v_news_content",
    ),
    *("UE_CONTENT", "ue_content\u3000x", "ue_content\tx", "xue_content", "nav_item", "row", "", "trs_web"),
    *(
        "UCAP-CONTENT",
        "ucap-content",
        "vsb_content",
        "vsb_content_501",
        "VSB_content",
        "my_vsb_content",
        "content",
    ),
)
MARKUP = st.lists(
    st.one_of(
        st.builds('<{} class="{}" id="{}">'.format, *map(st.sampled_from, (("div", "p", "a"), NAMES, NAMES))),
        st.builds("<div class={}>".format, st.sampled_from(NAMES)),
        st.sampled_from(["</div>", "</p>", "甲", "<div>"]),
    ),
    max_size=9,
).map("".join)


@given(st.sampled_from(("", "<!DOCTYPE html>", '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.0//EN">')), MARKUP)
@settings(max_examples=300)
def test_no_editor_is_ruled_out(doctype: str, markup: str) -> None:
    tree = LexborHTMLParser(doctype + markup)
    asked = {node.mem_id: node for node in tree.css(container._EDITOR_SELECTOR)}
    assert [node.mem_id for node in container._editors(tree)] == list(asked)
