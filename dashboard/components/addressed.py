"""Choices of a page that stand in its address: read when the address has changed by itself, written when the reader has chosen."""

from collections.abc import Iterable, Mapping

import streamlit as st


def changed(key: str, names: Iterable[str]) -> dict[str, str] | None:
    """These parameters of the address, where it is not the one that was written last; None where the choices stand."""
    asked = {name: st.query_params.get(name, "") for name in names}
    if st.session_state.get(key) == asked:
        return None
    st.session_state[key] = asked
    return asked


def write(key: str, wanted: Mapping[str, str]) -> None:
    """The choices as the address has them; what is empty is left out of it."""
    for name, text in wanted.items():
        if text and st.query_params.get(name) != text:
            st.query_params[name] = text
        elif not text and name in st.query_params:
            del st.query_params[name]
    st.session_state[key] = dict(wanted)


def codes(text: str) -> list[str]:
    """The parts of a list, each once."""
    return list(dict.fromkeys(code.strip() for code in text.split(",") if code.strip()))
