"""Reads numbers as offices write them: full width, thousands, 万 and 亿, 余 and 近, Chinese numerals, ranges."""

import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from warehouse.intake import marks
from warehouse.intake.note import Note
from warehouse.intake.unit_words import COUNTERS, MONEY, SCALES, SHOWN_OTHERWISE, YUAN, foreign_word
from warehouse.intake.values import BLANK, NO_RESULT, Cell, excel_error, placeholder

_TEN_THOUSAND = 10**4
_CURRENCY = ("¥", "RMB", "CNY", "人民币")
AT_LEAST, AT_MOST, ABOUT = "≥", "≤", "≈"
_PREFIXES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("不少于", "不低于", "不小于", "至少", "超过", "高于", "多于", "≥", ">=", ">", "超", "逾"), AT_LEAST),
    (("不超过", "不多于", "不高于", "将近", "接近", "不足", "不到", "未满", "至多", "≤", "<=", "<", "近"), AT_MOST),
    (("大约", "约", "大概", "≈", "~"), ABOUT),
)
_SUFFIXES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("以上", "有余", "余", "多", "等", "+"), AT_LEAST),
    (("以内", "以下"), AT_MOST),
    (("左右", "上下"), ABOUT),
)
_MIDDLE = re.compile(r"(?<=[0-9〇零一二三四五六七八九十百千万亿两])[余多](?=[十百千万亿]|[^0-9])")
_SCALE_WORDS = "|".join(sorted(SCALES, key=len, reverse=True))
_PLAIN = re.compile(rf"([+-]?(?:[0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?)({_SCALE_WORDS})?")
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_RANGE = re.compile(
    rf"([0-9]+(?:\.[0-9]+)?)(?:{_SCALE_WORDS})?\D{{0,2}}?[~\-—–至到]+([0-9]+(?:\.[0-9]+)?)({_SCALE_WORDS})?\D{{0,3}}"
)
_ACCOUNTING = re.compile(r"\(([0-9][0-9,]*(?:\.[0-9]+)?)\)")
_PARTS = re.compile(r"([0-9]+(?:\.[0-9]+)?)(万亿|亿|万|千|百|十)?")
# Said rather than counted: 1万5, 一万二, 几十, 十来, 数百, 上千, 两三百, 百八十.
_COLLOQUIAL = re.compile(
    r"[十百千万亿][0-9]+$|[百千万亿][一二三四五六七八九]$|[几数来把]|好些|成[百千万]|上[百千万]|^[百千万]|[一二两三四五六七八九]{2}"
)
_CHINESE = re.compile(r"[〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟点半廿]+")


@dataclass(frozen=True)
class NumberFormat:
    """How the numbers of one column are read: `header_unit` and `factor` come from the file's own header."""

    is_whole: bool
    precision: int = 18
    scale: int = 4
    unit: str | None = None
    header_unit: str | None = None
    factor: int = 1
    allow_negative: bool = False
    allow_range: bool = False


def read_number(raw: str, form: NumberFormat) -> Cell:
    """The number of a cell; D16–D24 and D32 repair, D18, D21, D23, D26, D29–D31, D65, D90, D100 refuse."""
    text = marks.fold(raw).strip()
    if len(text) > marks.LONGEST:
        return Cell(None, (Note("D100", {"raw": raw}),))
    if raw == NO_RESULT:
        return Cell(None, (Note("D90"),))
    if raw.endswith(SHOWN_OTHERWISE):
        return Cell(None, (Note("D115.format", {"raw": raw.removesuffix(SHOWN_OTHERWISE)}),))
    if excel_error(text):
        return Cell(None, (Note("D26", {"raw": text}),))
    apostrophe = text.startswith(("'", "‘", "’"))
    text = text.strip("'‘’").strip()
    if not text:
        return BLANK
    if placeholder(text):
        return Cell(None, (Note("D25", {"raw": raw}),))
    if text[0] in "=@" or (text[0] in "+-" and not re.match(r"[+-][0-9.]", text)):
        return Cell(None, (Note("D65", {"mark": text[0], "raw": text}),))
    return _parse(raw, _without_gaps(text), apostrophe, form)


def _parse(raw: str, text: str, apostrophe: bool, form: NumberFormat) -> Cell:
    accounting = _ACCOUNTING.fullmatch(text)
    if accounting:
        return _accounting(raw, accounting.group(1), form)
    between = _RANGE.fullmatch(text)
    if between:
        return _between(raw, between, form)
    body, sign, word = _qualified(text)
    body = _currency_last(body, form)
    found = _PLAIN.match(body)
    if found and "," in found.group(1) and not _THOUSANDS.fullmatch(found.group(1)):
        return Cell(None, (Note("D18", {"raw": raw}),))
    amount = _amount(body, form)
    if amount is None:
        if form.unit == YUAN and foreign_word(text) is not None:
            return Cell(None, (Note("D116.row", {"raw": raw}),))
        is_colloquial = _COLLOQUIAL.search(_without_unit(body, form)[0])
        return Cell(None, (Note("D100.colloquial" if is_colloquial else "D100", {"raw": raw}),))
    number, scale, unit, digits, chinese = amount
    if form.factor != 1 and (scale != 1 or unit in MONEY or unit):
        header = (form.header_unit or "").replace("圆", "元")
        if _unit_text(scale, unit) != header:
            return Cell(None, (Note("D21", {"raw": raw, "unit": header, "base": form.unit or ""}),))
        scale = 1
    value = number * scale * form.factor
    note = None
    if sign:
        note = Note("D22", {"raw": raw, "val": plain(value), "q": f"{word}（{sign}）"})
    elif marks.has_wide_digits(raw) or any(character in "．％－＋" for character in raw):
        note = Note("D16", {"raw": raw, "val": plain(value)})
    elif found and "," in found.group(1):
        note = Note("D17", {"raw": raw, "val": plain(value)})
    elif chinese:
        note = Note("D24", {"raw": raw, "val": plain(value)})
    elif scale != 1 or unit or "E" in body.upper():
        precision = Decimal(5).scaleb(-digits - 1) * scale * form.factor
        note = Note("D19", {"raw": raw, "val": plain(value), "p": plain(precision)})
    elif apostrophe:
        note = Note("D32", {"raw": raw})
    cell = _checked(raw, value, sign, note, form)
    states = scale if scale >= _TEN_THOUSAND or unit in MONEY else 0
    return replace(cell, states_scale=0 if cell.is_refused else states)


def _currency_last(text: str, form: NumberFormat) -> str:
    """¥1,200 as 1,200元, in columns of money."""
    mark = next((mark for mark in _CURRENCY if text.upper().startswith(mark)), None)
    if mark is None or not (form.unit or "").endswith("元"):
        return text
    rest = text[len(mark) :].strip()
    return rest if rest.endswith(MONEY) else f"{rest}元"


def _without_gaps(text: str) -> str:
    """Blanks beside units go, blanks between thousands become commas, other blanks between digits stay (and refuse)."""
    if re.fullmatch(r"[0-9]{1,3}(?: [0-9]{3})+", text):
        return text.replace(" ", ",")
    return re.sub(r"(?<![0-9]) +| +(?![0-9])", "", text)


def _accounting(raw: str, digits: str, form: NumberFormat) -> Cell:
    value = -Decimal(digits.replace(",", "")) * form.factor
    if not form.allow_negative:
        return Cell(None, (Note("D31", {"raw": raw}),), readable=value)
    return _checked(raw, value, "", Note("D31.allowed", {"raw": raw, "val": plain(value)}), form)


def _between(raw: str, found: re.Match[str], form: NumberFormat) -> Cell:
    if not form.allow_range:
        return Cell(None, (Note("D23", {"raw": raw}),))
    scale = SCALES.get(found.group(3) or "", 1) * form.factor
    low, high = Decimal(found.group(1)) * scale, Decimal(found.group(2)) * scale
    note = Note("D23.allowed", {"raw": raw, "lo": plain(low), "hi": plain(high)})
    return _checked(raw, low, f"–{plain(high)}", note, form)


def _qualified(text: str) -> tuple[str, str, str]:
    """The text without its qualifier, the qualifier's sign and its word."""
    for words, sign in _PREFIXES:
        for word in words:
            if text.startswith(word) and len(text) > len(word):
                rest, inner, _ = _qualified(text[len(word) :])
                return rest, inner or sign, word
    middle = _MIDDLE.search(text)
    if middle:
        rest = text[: middle.start()] + text[middle.end() :]
        return rest, AT_LEAST, middle.group()
    for words, sign in _SUFFIXES:
        for word in words:
            if text.endswith(word) and len(text) > len(word):
                return text[: -len(word)], sign, word
    return text, "", ""


def _amount(text: str, form: NumberFormat) -> tuple[Decimal, int, str, int, bool] | None:
    """(number, scale, unit, decimals as written, was it written in Chinese), or None when it is no number."""
    body, unit = _without_unit(text, form)
    found = _PLAIN.fullmatch(body)
    if found:
        digits = found.group(1).replace(",", "")
        try:
            number = Decimal(digits)
        except InvalidOperation:
            return None
        if not number.is_finite() or abs(number.adjusted()) > 30:
            return None
        decimals = max(0, -int(number.as_tuple().exponent))
        return number, SCALES.get(found.group(2) or "", 1), unit, decimals, False
    total = _compound(body)
    if total is not None:
        return total, 1, unit or "合", 0, False
    chinese = _chinese(body)
    return (chinese, 1, unit, 0, True) if chinese is not None else None


def _compound(text: str) -> Decimal | None:
    """The number of 1万5千, 1亿2345.6万 and 1万5000; None where it is not certain, as in 1万5."""
    parts = _PARTS.findall(text)
    if len(parts) < 2 or "".join("".join(part) for part in parts) != text:
        return None
    total, above = Decimal(0), 0
    for number, word in parts:
        scale = SCALES.get(word, 1)
        is_last = above and (number, word) == parts[-1]
        # Digits without a word of their own are certain where they fill all the places below the word before them.
        if not word and len(number) != len(str(above)) - 1:
            return None
        if (above and Decimal(number) * scale >= above) or ("." in number and not (is_last and word)):
            return None
        total, above = total + Decimal(number) * scale, scale
    return total


def _without_unit(text: str, form: NumberFormat) -> tuple[str, str]:
    units = [*MONEY] if (form.unit or "").endswith("元") else []
    units += [part for part in re.split(r"[/、]", form.unit or "") if part]
    if not units:
        units = list(COUNTERS)
    elif form.unit in ("人", "人次"):
        units += ["人", "人次", "名", "位", "余名"]
    elif form.unit not in MONEY:
        units += ["个", "件", "项", "条", "次", "家", "份", "处", "支", "场"] if form.unit in COUNTERS[6:] else []
    for unit in sorted(set(units), key=len, reverse=True):
        if text.endswith(unit) and len(text) > len(unit):
            return text[: -len(unit)], unit
    return text, ""


def _unit_text(scale: int, unit: str) -> str:
    word = next((word for word, size in SCALES.items() if size == scale), "")
    return word + ("元" if unit in MONEY else unit)


def _chinese(text: str) -> Decimal | None:
    if not _CHINESE.fullmatch(text):
        return None
    import cn2an  # slow to import, and seldom needed

    plain_text = text.replace("两", "二").replace("〇", "零")
    try:
        return Decimal(str(cn2an.cn2an(plain_text, "strict")))
    except (ValueError, InvalidOperation, KeyError, IndexError):
        return None


def _checked(raw: str, value: Decimal, sign: str, note: Note | None, form: NumberFormat) -> Cell:
    if value < 0 and not form.allow_negative:
        return Cell(None, (Note("D30", {"raw": raw}),), readable=value)
    if form.is_whole and value != value.to_integral_value():
        return Cell(None, (Note("D29", {"raw": raw}),), readable=value)
    limit = Decimal(10) ** (18 if form.is_whole else form.precision - form.scale)
    if abs(value) >= limit:
        rule = {"rule": "数值过大", "rule_en": "the number is too large"}
        return Cell(None, (Note("D104", rule),), readable=value)
    notes = (note,) if note else ()
    if form.is_whole:
        return Cell(int(value), notes, sign, value)
    return Cell(value.quantize(Decimal(1).scaleb(-form.scale), ROUND_HALF_UP), notes, sign, value)


def plain(value: Decimal) -> str:
    """A number without exponent and without needless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
