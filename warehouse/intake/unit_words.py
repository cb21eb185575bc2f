"""Reads words for units (万元, 百人次, RMB million, 万港元) and finds in a text where one is said (单位：人、万元)."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

SCALES = {
    "十": 10,
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "十亿": 10**9,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
}
MONEY = ("元", "块", "元整", "人民币", "圆", "元人民币")
COUNTERS = (
    "人",
    "人次",
    "名",
    "位",
    "个",
    "家",
    "件",
    "项",
    "条",
    "次",
    "份",
    "场",
    "场次",
    "处",
    "支",
    "分",
    "小时",
    "天",
    "户",
    "所",
    "间",
    "台",
    "套",
    "册",
    "篇",
    "幅",
    "本",
    "张",
    "期",
    "届",
    "年",
)

YUAN = "元"
# Behind the value of a cell that its number format shows in a unit that cannot be told.
SHOWN_OTHERWISE = "\x03"
PERSONS = frozenset({"人", "人次", "名", "位"})

_TRADITIONAL = str.maketrans("萬億圓圆幣仟佰拾單塊額∶", "万亿元元币千百十单块额:")
_HAN = "\u3400-\u9fff"
_DOMESTIC = ("元人民币", "人民币元", "人民币", "元整", "元", "块钱", "块", "renminbi", "rmb", "cny", "cn¥", "yuan", "¥")
# Longer before shorter. 澳元 is Australia's and 元 of 公元 nobody's; all that counts is that none of them is 元.
_FOREIGN = (
    r"(?:新加坡|澳大利亚|加拿大|澳门|港|澳|葡|美|欧|日|韩|新|加)元(?![旦宵素老首件年月勋凶宝气])|"
    r"(?:新加坡|澳门|港|澳|葡|日|韩|加|台|新台)币|港纸|美金|英镑|法郎|瑞郎|卢布|卢比|泰铢|越南盾|林吉特|令吉|比索|外[币汇]|"
    r"hk\$|mop\$|us\$|nt\$|au\$|ca\$|sg\$|\$|€|£|₩|฿|₽|₹|"
    r"(?<![a-z])(?:hkd|mop|usd|eur|gbp|jpy|krw|twd|ntd|sgd|aud|cad|chf|rub|thb|inr|vnd|myr)(?![a-z])|"
    r"(?<![a-z])(?:(?:hong kong|u\.?s\.?|american|australian|canadian|singapore) ?)?dollars?(?![a-z])|"
    r"(?<![a-z])(?:macau |macao )?patacas?(?![a-z])|(?<![a-z])(?:euros?|pounds?(?: ?sterling)?|yen)(?![a-z])"
)
_ENGLISH_SCALES = {
    "hundred million": 10**8,
    "hundred thousand": 10**5,
    "ten thousand": 10**4,
    "thousands": 10**3,
    "thousand": 10**3,
    "millions": 10**6,
    "million": 10**6,
    "billions": 10**9,
    "billion": 10**9,
    "hundreds": 100,
    "hundred": 100,
    "wan": 10**4,
    "mn": 10**6,
    "bn": 10**9,
    "k": 10**3,
    "m": 10**6,
}
_SHORT = ("mn", "bn", "k", "m")
_ENGLISH_COUNTERS = {
    "person-times": "人次",
    "person-time": "人次",
    "person times": "人次",
    "visits": "人次",
    "persons": "人",
    "person": "人",
    "people": "人",
    "hours": "小时",
}
_BASES = {
    **dict.fromkeys(_DOMESTIC, YUAN),
    **{word: word for word in COUNTERS},
    "人数": "人",
    **_ENGLISH_COUNTERS,
}


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_PIECE = re.compile(
    rf"(?P<foreign>{_FOREIGN})"
    rf"|(?P<number>'?[0-9][0-9,]*)"
    rf"|(?P<scale>{_any_of(SCALES)})"
    rf"|(?P<words>{_any_of(word for word in _ENGLISH_SCALES if word not in _SHORT)})"
    rf"|(?P<base>{_any_of(_BASES)})"
    rf"|(?P<short>{_any_of(_SHORT)})"
    r"|(?P<filler>[\s()\[\]【】<>〔〕「」《》\"“”'‘’:：.]|of(?![a-z])|in(?![a-z])|in units of)"
)
_FOREIGN_WORD = re.compile(_FOREIGN)
_ANY_SCALE = rf"(?:{_any_of(SCALES)}|{_any_of(_ENGLISH_SCALES)}|'?000)"
_FOREIGN_UNIT = re.compile(rf"(?:{_ANY_SCALE}(?: of)? ?)?(?:{_FOREIGN})(?: ?{_ANY_SCALE}元?)?")
_CHINESE_SCALE = re.compile(_any_of(SCALES))

_LABEL = (
    r"(?:(?:计量|计价|计算|统计|金额|货币|数量|数据|填报|报表|表内|本表)*单位(?:均|都|皆|全部|统一|一律|应)*"
    r"|金额|币种|币别|货币种类|货币|计量"
    r"|(?<![a-z])(?:monetary |reporting )?(?:units?|currency|amounts?|figures?)(?: of (?:measure|measurement|account))?(?![a-z]))"
)
_SAYS = r"(?:\s*(?:[:：=]|均为|都为|统一为|一律为|为|是|以|按|用|均以|all|are|is|in(?![a-z])|expressed|stated|shown))+\s*|\s+"
_LABELLED = re.compile(rf"{_LABEL}(?:{_SAYS}|\s*)(?P<rest>[^。；;\n]*)")
_BRACKETED = re.compile(r"[(\[【<〔「{](?P<rest>[^()\[\]【】<>〔〕「」{}]{1,40})[)\]】>〕」}]")
_TAIL = re.compile(r"[\s\-—–_:：,，·|/](?P<rest>[^\s\-—–_:：,，·|/]{1,12})$")
_PHRASES = (
    re.compile(
        r"(?:以|按照|按|用|采用|折合成|折合为|折合)\s*[\"“'‘(]?\s*(?P<rest>[^，,。;；、]{1,14}?)\s*[\"”'’)]?\s*"
        r"(?:为(?:计量|计算|统计|金额|货币|计价)?单位|作为?单位|做单位|计量|计算|计价|计列|计入|填报|填列|填写|统计|表示|列示|列报|结算|计(?![\w]))"
    ),
    re.compile(
        r"(?:均为|均以|均按|均用|都为|都是|皆为|全为|统一为|统一用|一律为|一律用|为|是|系|用)\s*(?P<rest>[^\s，,。;；、)]{1,12})(?=[\s，,。;；)]|$)"
    ),
    re.compile(
        r"(?<![a-z])(?:in|expressed in|stated in|denominated in)\s+(?P<rest>[a-z,¥$€£ '.\-]{2,40}?)(?=[.,;)]*\s*$|[,;)])"
    ),
)
_NOT_MEANT = re.compile(r"如|若|勿|不要|不得|不能|不可|不应|而非|不是|避免|禁止|错误|if |not |don't")
_CONVERTED = re.compile(r"(?:折|换)[^，,。;；]{0,8}(?:人民币|元)|converted (?:in)?to (?:rmb|cny|yuan)")
_AMOUNT_BEFORE = re.compile(rf"(?:[0-9〇零一二两三四五六七八九十百千万亿几数多上近超过余约半逾\.+]|{_FOREIGN})\s*$")
_AMOUNT_AFTER = re.compile(r"\s*[0-9]")
_MENTION = re.compile(rf"(?P<scaled>(?:{_any_of(SCALES)})\s*[元块])|(?P<foreign>{_FOREIGN})")
_SPLIT = re.compile(r"[、/,，;；|]|(?<![a-z])and(?![a-z])|和|及|与")
# 单 位 ： 万 元: single characters, spread over a wide cell.
_SPREAD = re.compile(rf"(?<![{_HAN}])([{_HAN}]) (?=[{_HAN}](?![{_HAN}]))")


@dataclass(frozen=True)
class Unit:
    """A unit: the text that says it, how many of its base it is, and the base; `base` is empty for a bare 万."""

    text: str
    scale: int
    base: str
    is_foreign: bool = False

    @property
    def is_money(self) -> bool:
        """Whether it is 元 or so many of them."""
        return self.base == YUAN and not self.is_foreign

    @property
    def is_currency_only(self) -> bool:
        """Whether it says which money is meant, and not how much of it is one: 人民币, but not 元."""
        return self.is_money and self.scale == 1 and not re.search(r"元|块|yuan", self.text)

    @property
    def plain(self) -> str:
        """The unit as numbers are read with it: 万元, 百人次, 万."""
        if self.is_foreign:
            return self.text
        word = next((word for word, size in SCALES.items() if size == self.scale), "" if self.scale == 1 else "?")
        return f"{word}{self.base}"

    def factor(self, base: str | None) -> int | None:
        """How many of a contract's unit it is; None when they do not go together."""
        if base is None or self.is_foreign:
            return None
        bases = [part for part in re.split(r"[/、]", base) if part]
        if not self.base or self.base in bases or (self.base in PERSONS and set(bases) & PERSONS):
            return self.scale
        return None


@dataclass(frozen=True)
class Said:
    """What a text says of units: `units` for certain; `asks` and `warns` are what it may say, or may not."""

    units: tuple[Unit, ...] = ()
    asks: tuple[Unit, ...] = ()
    warns: tuple[Unit, ...] = ()


def normal(text: str) -> str:
    """A text as units are looked for in it: no full-width forms, no traditional ones, single blanks."""
    plain = unicodedata.normalize("NFKC", text).translate(_TRADITIONAL).lower()
    return re.sub(r"[\s\u00ad\u200b-\u200f\u2028-\u202f\u2060\ufeff]+", " ", plain).strip()


def foreign_word(text: str) -> str | None:
    """The word of a text that names a currency other than 元, else None."""
    found = _FOREIGN_WORD.search(normal(text))
    return found.group() if found else None


@lru_cache(maxsize=1 << 12)
def without_foreign(header: str) -> tuple[tuple[str, str], ...]:
    """What a header may be called without the currency that it names, and the currency: 创效(万港元), 港币创效 → 创效."""
    plain = normal(header)
    found = _FOREIGN_WORD.search(plain)
    if found is None:
        return ()
    unit = _FOREIGN_UNIT.search(plain)
    word = unit.group() if unit is not None else found.group()
    rest = plain.replace(word, " ", 1)
    bare = re.sub(r"[\s()\[\]【】<>/:_\-]+|单位", "", rest)
    return ((bare, word.strip()),)


@lru_cache(maxsize=1 << 12)
def read_unit(text: str) -> Unit | None:
    """The unit that a whole text says, else None: 万元, 人民币（万元）, RMB million, 10,000 yuan, 百人次, 万港元, 万."""
    plain = normal(text)
    if not plain or len(plain) > 40:
        return None
    position, scale, base, is_foreign = 0, 1, "", False
    kinds: list[str] = []
    while position < len(plain):
        piece = _PIECE.match(plain, position)
        if piece is None:
            return None
        position, kind, word = piece.end(), str(piece.lastgroup), piece.group()
        kinds.append(kind)
        if kind == "foreign":
            is_foreign = True
        elif kind == "scale":
            scale *= SCALES[word]
        elif kind in ("words", "short"):
            scale *= _ENGLISH_SCALES[word]
        elif kind == "number":
            # 10,000 yuan is a unit and so is 1万元; 100万元 is an amount.
            size = _power_of_ten(word) or 0
            scale *= size if size == 1 or not _CHINESE_SCALE.search(plain) else 0
        elif kind == "base":
            if base not in ("", _BASES[word]):
                return None
            base = _BASES[word]
    if not scale:
        return None
    if is_foreign:
        return Unit(plain, scale, base, True) if base in ("", YUAN) else None
    if base or ({"scale", "words"} & {*kinds} and not {"number", "short"} & {*kinds}):
        return Unit(plain, scale, base)
    return None


@lru_cache(maxsize=1 << 12)
def said_in(text: str) -> Said:
    """What a title, a note or a remark says of the units of a table's numbers."""
    plain = _SPREAD.sub(r"\1", normal(text))
    units: list[Unit] = []
    asks: list[Unit] = []
    spans: list[tuple[int, int]] = []
    for start, end, rest, is_labelled in _places(plain):
        if not is_labelled and any(begin <= start and end <= upto for begin, upto in spans):
            continue
        if _NOT_MEANT.search(_clause(plain, start)):
            continue
        found = _units_of(rest, not is_labelled)
        if found:
            spans.append((start, end))
        for unit in found:
            # （百家） and 万人 in a title count other things; a unit of counts is one where the text says so.
            is_certain = is_labelled or unit.scale == 1 or unit.is_money or unit.is_foreign
            (units if is_certain else asks).append(unit)
    more, warns = _mentions(plain, spans, bool(units))
    return Said(_distinct(units), _distinct((*asks, *more)), _distinct(warns))


def _distinct(units: Iterable[Unit]) -> tuple[Unit, ...]:
    return tuple({(unit.scale, unit.base, unit.is_foreign): unit for unit in reversed(list(units))}.values())[::-1]


def _places(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Where a unit may be said, the words there, and whether a word before them says that it is one."""
    for found in _LABELLED.finditer(text):
        yield found.start(), found.end(), found.group("rest"), True
    yield 0, len(text), text, False
    for pattern in (_BRACKETED, _TAIL, *_PHRASES):
        for found in pattern.finditer(text):
            yield found.start(), found.end(), found.group("rest"), False


def _units_of(rest: str, is_whole: bool) -> list[Unit]:
    joined = re.sub(r"(?<=[0-9]),(?=[0-9]{3})", "", rest)
    units: list[Unit] = []
    whole = read_unit(joined)
    for place, part in enumerate([joined] if whole is not None else _SPLIT.split(joined)):
        text = part.strip(' .:："“”‘’()[]')
        if not text or text in ("%", "‰"):
            continue
        if is_whole and any(character.isdigit() for character in text):
            # （1000元） is an amount.
            return []
        unit = read_unit(text)
        if unit is None and not is_whole:
            unit = _beginning(text)
        if unit is None and (is_whole or (place == 0 and len(text) > 6)):
            return []
        if unit is not None:
            units.append(unit)
    # 附件（十） is no unit; （万） may be one.
    return [unit for unit in units if unit.base or unit.is_foreign or not is_whole or unit.scale >= SCALES["万"]]


def _beginning(text: str) -> Unit | None:
    """The unit that a text begins with, before a blank or a bracket: 万元 填报人：张三."""
    words = re.split(
        r"\s|(?=[(\[【])|(?<=[)\]】])", re.sub(r"(?:为单位|为计量单位|为金额单位|计|填报|表示)$", "", text)
    )
    for count in range(min(len(words), 6), 0, -1):
        text = " ".join(words[:count])
        unit = read_unit(text)
        if unit is not None and (text.isascii() or not any(character.isdigit() for character in text)):
            return unit
    return None


def _mentions(text: str, spans: list[tuple[int, int]], is_said: bool) -> tuple[list[Unit], list[Unit]]:
    """Units named outside of what says one for certain: to ask about, and to warn of."""
    asks: list[Unit] = []
    warns: list[Unit] = []
    for found in _MENTION.finditer(text):
        unit = read_unit(found.group())
        if unit is None or any(start <= found.start() and found.end() <= end for start, end in spans):
            continue
        is_amount = bool(_AMOUNT_BEFORE.search(text[: found.start()]) or _AMOUNT_AFTER.match(text[found.end() :]))
        is_denied = bool(_NOT_MEANT.search(_clause(text, found.start())))
        if unit.is_foreign:
            (warns if is_amount or is_denied or _CONVERTED.search(text) else asks).append(unit)
        elif not is_said and not is_amount and not is_denied:
            (warns if text[found.end() :].strip(" 。.)") else asks).append(unit)
    return asks, warns


def _clause(text: str, position: int) -> str:
    """The clause around a position."""
    begin = max((text.rfind(mark, 0, position) for mark in "。；;，,"), default=-1) + 1
    ends = [end for mark in "。；;，," if (end := text.find(mark, position)) >= 0]
    return text[begin : min(ends, default=len(text))]


def _power_of_ten(digits: str) -> int | None:
    """10,000 → 10000, '000 → 1000, '0,000 → 10000; None for other numbers."""
    plain = digits.replace(",", "")
    if re.fullmatch(r"'?0{3,}", plain):
        return int(10 ** plain.count("0"))
    return int(plain) if re.fullmatch(r"10*", plain) else None
