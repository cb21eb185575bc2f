"""Finds what identifies a person, so that its row can be stopped and its value forgotten: numbers, permits, accounts, headers."""

import re
from collections.abc import Sequence

import polars as pl

from warehouse.contracts import Column, Table
from warehouse.intake import private_headers, private_numbers
from warehouse.intake.credit_code import is_credit_code
from warehouse.intake.distinct import distinct
from warehouse.intake.plain import folded, with_look_alikes
from warehouse.intake.private_numbers import ACCOUNT, IDENTITY, PERMIT, PHONE, Found

# By severity of what was found; a row is told once.
CODES = (IDENTITY, PHONE, PERMIT, ACCOUNT)
# What stands in a kept file where a row or a cell was left out (`keeping`); it reads as what it stands for.
MARKS = {
    IDENTITY: "【含身份证号，未保存】",
    PHONE: "【含电话号码或银行卡号，未保存】",
    PERMIT: "【含证件号码，未保存】",
    ACCOUNT: "【含邮箱、微信或扣扣号，未保存】",
}
_CODES_OF_MARKS = {mark: code for code, mark in MARKS.items()}
# Where one statement of a title or note ends.
_BREAK = re.compile(r"[\s,;。]+")
_MARKED = re.compile("|".join(map(re.escape, MARKS.values())))
# A longer text, or one with digits, is a sentence or a value, not the name of a column.
_LONGEST_LABEL = 12

# Patterns in Rust's regex dialect (no look-around). What the first misses holds no secret; it looks at every cell, so it is one
# pattern and one pass. What it hits the second looks at, and what that hits is looked at closely.
_GAP = r"[ \t\r\n.\-/_,:()~*|;\\'+#]{0,3}"
_GIVEN_GAP = r"[ \t\r\n.\-/_,:()~*|;\\'+#]{1,3}"
_DIGIT = r"[0-9OoIl]"
_ODD_GAP = (
    r"[\x{a0}\x{ad}\x{115f}\x{1160}\x{1680}\x{180e}\x{2000}-\x{2015}\x{202a}-\x{202f}\x{205f}-\x{2064}\x{20d0}-\x{20ff}\x{300}-\x{36f}\x{2800}\x{3000}\x{3164}\x{fe00}-\x{fe0f}\x{feff}"
    r"·・•．／＿，－：（）、−]"
)
_SPELT = "[〇零○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]"
_ODD_DIGITS = rf"[\p{{N}}--[0-9]]|[0-9]{_ODD_GAP}+{_DIGIT}|[0-9]{_GAP}[ОоΟοІі]|{_SPELT}(?:[ \-.,、·]?{_SPELT}){{6}}"
_PERMIT_LETTERS = r"[A-Z][A-Z1289]?[0-9]{7}"
_CALLED = r"微\s?信|微\s?x|威信|薇信|加\s?[微v]|weixin|wechat|[vw]\s?x|v\s?信"
_SPOKEN = r"电话|座机|手机|传真|联系方式|tel|phone|mobile"
_NAMED = (
    r"护照|通行证|回乡证|台胞证|台湾居民|港澳居民|居留证|居留身份证|居住证|军官证|士兵证|警官证|文职证|证件|"
    r"passport|permit|document|card|mtp"
)
_FIRST = (
    rf"{_DIGIT}(?:{_GAP}{_DIGIT}){{9}}|{_ODD_DIGITS}|[@＠﹫]|[(\[]at[)\]]|【含|(?i:{_CALLED}|q\s?q|扣\s?扣|企鹅|{_SPOKEN}|{_NAMED}|字第?\s?[0-9])"
    r"|(?:[A-Z]{1,2} ?|[157])[0-9]{6} ?[(（]|[A-Z<][0-9]{7}[MFX<][0-9]{7}"
)
_SECOND = (
    rf"{_DIGIT}(?:{_GAP}{_DIGIT}){{14}}"
    rf"|(?:^|[^0-9]|0|86)[1lI]{_GAP}[3-9](?:{_GAP}{_DIGIT}){{9}}(?:$|[^0-9])"
    rf"|(?:^|[^0-9])0[0-9]{{2,3}}{_GIVEN_GAP}[0-9]{{3,4}}{_GAP}[0-9]{{3,4}}"
    rf"|86{_GIVEN_GAP}[1-9][0-9]{{1,2}}{_GIVEN_GAP}[0-9]{{3,4}}"
    r"|(?:[A-Z]{1,2} ?|[157])[0-9]{6} ?[(（]|[A-Z]{3}[0-9]{12}|[A-Z<][0-9]{7}[MFX<][0-9]{7}|[@＠﹫]|[(\[]at[)\]]|【含"
    rf"|(?i:(?:{_CALLED})(?:账号|帐号|号码|号|id|[\s:：为是]){{0,4}}[a-z0-9ａ-ｚＡ-Ｚ]"
    r"|(?:q\s?q|扣\s?扣|企鹅)(?:账号|帐号|号码|号|邮箱|[\s:：为是]){0,4}[1-9]"
    rf"|(?:{_SPOKEN})(?:号码|号|no|[\s.:：为是(（]){{0,4}}(?:0[0-9]{{2,3}}[\s\-－)）]?)?[2-9][0-9]{{2,3}}[\s\-－]?[0-9]{{4}}"
    rf"|(?:{_NAMED})(?:号码|号|编号|no|number|[\s.:：为是#(（]){{0,4}}(?:[a-z]{{1,3}}[\s\-]?[0-9]{{6}}|[0-9]{{8}})"
    r"|[军士警文海空武]字第?\s?[0-9]{5})"
)
_ODD = rf"{_ODD_DIGITS}|[ａ-ｚＡ-Ｚ]"
_FEWEST_ODD = 7
# Shorter cells hold nothing: a mail address and QQ12345 have more bytes.
_SHORTEST = 6


def kind_of(text: str, column_type: str) -> str | None:
    """The code of what a text holds, else None: D68 identity, D69 phone or card, D122 permit, D123 mail, WeChat or QQ.

    Identity numbers count in any column. So do the others, but for amounts: a plain number of many digits is one, unless
    it is a mobile number and nothing else. `column_type` is that of the contract, or what `type_of` says.
    """
    mark = _MARKED.search(text)
    if mark is not None:
        return _CODES_OF_MARKS[mark.group()]
    codes = {found.code for found in _found(text, column_type)}
    return next((code for code in CODES if code in codes), None)


def kind_left(text: str, column_type: str) -> str | None:
    """As `kind_of`, for what a text holds besides the marks of a kept file."""
    return kind_of(_MARKED.sub("", text), column_type)


def may_identify(text: str) -> bool:
    """Whether a text must not be shown: it holds what is, or nearly is, a number of a person."""
    if len(text.encode()) < _SHORTEST:
        return False
    plain = folded(text)
    return private_numbers.nearly(plain) or any(True for _ in _found(text, "text"))


def masked(text: str) -> str:
    """A name with the digits and letters of personal numbers starred out; a name without any stays as it is."""
    found = list(_found(text, "id"))
    if not found:
        return text
    plain = folded(text)
    for one in found:
        plain = plain[: one.start] + "＊" * (one.end - one.start) + plain[one.end :]
    return plain


def without_numbers(text: str) -> str:
    """A title or note with its personal numbers, and the words written together with them, replaced by marks; units of amounts stay."""
    found = sorted(_found(text, "text"), key=lambda one: one.start)
    if not found:
        return text
    plain, kept, done = folded(text), "", 0
    for one in found:
        start = max((match.end() for match in _BREAK.finditer(plain, 0, one.start)), default=0)
        end = next((match.start() for match in _BREAK.finditer(plain, one.end)), len(plain))
        if start >= done:
            kept += plain[done:start] + MARKS[one.code]
        done = max(done, end)
    kept += plain[done:]
    # What was in two pieces may be one number when they are put together.
    return kept if kind_left(kept, "text") is None else MARKS[found[0].code]


def type_of(column: Column | None, table: Table) -> str:
    """What a cell's column is for `kind_of`: `id` for numbers that offices give and for columns of nobody's."""
    if column is None:
        return "id"
    is_own_number = column.name in table.primary_key or column.name.endswith(("_id", "_no", "_ref"))
    return "id" if column.type == "text" and is_own_number and column.name != "reporting_unit" else column.type


def kinds(cells: pl.Series, column_type: str) -> dict[str, str]:
    """The distinct values of a column that hold personal data, each with its code."""
    longest = cells.str.len_bytes().max()
    if not isinstance(longest, int) or longest < _SHORTEST:
        return {}
    texts = _suspects(distinct(cells), column_type).unique()
    return {text: kind for text in texts if (kind := kind_of(text, column_type)) is not None}


def suspects(texts: pl.Series) -> pl.Series:
    """The distinct texts that may hold personal data, in any of their parts."""
    return _suspects(distinct(texts), "text").unique()


def sensitive_headers(headers: Sequence[str]) -> list[int]:
    """Positions of the headers that name personal data."""
    return [index for index, header in enumerate(headers) if private_headers.word_in(header) is not None]


def words_of_a_roster(rows: Sequence[Sequence[str]]) -> list[str]:
    """What kinds of personal data a table without a known header holds, as words of ours; empty where none is seen.

    A row names them when a short label in it has one of the words and something stands below it; an identity number
    speaks for itself. The words are never the file's own text.
    """
    words = [
        word
        for place, row in enumerate(rows)
        for column, cell in enumerate(row)
        if _is_label(cell) and any(len(below) > column and below[column].strip() for below in rows[place + 1 :])
        if (word := private_headers.word_in(cell)) is not None
    ]
    if any(kind_of(cell, "text") == IDENTITY for row in rows for cell in row):
        words.append("身份证")
    return list(dict.fromkeys(words))


def _found(text: str, column_type: str) -> list[Found]:
    plain = folded(text)
    if column_type == "code" and is_credit_code(plain.strip().upper()):
        return []
    found = [*private_numbers.identities(plain), *private_numbers.others(plain, column_type)]
    alike = with_look_alikes(plain)
    if alike != plain:
        found += [*private_numbers.identities(alike), *private_numbers.others(alike, column_type)]
    return found


def _suspects(cells: pl.Series, column_type: str) -> pl.Series:
    """The cells that `kind_of` should look at."""
    first, second = _FIRST, _SECOND
    if column_type == "text":
        first, second = f"{first}|{_PERMIT_LETTERS}", f"{second}|{_PERMIT_LETTERS}"
    elif column_type == "int":
        second = f"{second}|[0-9]{{11}}"
    # Looking at length first is what keeps this off the clock for a million rows.
    hits = cells.filter(cells.str.len_bytes() >= _SHORTEST)
    hits = hits.filter(hits.str.contains(first))
    if not len(hits):
        return hits
    is_hit = hits.str.contains(second)
    rest = hits.filter(~is_hit)
    rest = rest.filter(rest.str.len_bytes() != rest.str.len_chars())
    rest = rest.filter(rest.str.contains(_ODD))
    if len(rest):
        numerals = rest.str.count_matches(rf"[\p{{N}}OoIl]|{_SPELT}") >= _FEWEST_ODD
        rest = rest.filter(numerals | rest.str.contains(rf"(?i){_CALLED}|q\s?q|扣|企鹅|{_SPOKEN}|{_NAMED}"))
    return pl.concat([hits.filter(is_hit), rest])


def _is_label(cell: str) -> bool:
    plain = re.sub(r"\s", "", folded(cell))
    return 0 < len(plain) <= _LONGEST_LABEL and not any(character.isdigit() for character in plain)
