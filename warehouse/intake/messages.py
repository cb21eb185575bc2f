"""The catalogue of what intake says: one entry per defect (and per wording of it), in Chinese and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

INFO, WARNING, QUARANTINE, REFUSE = "info", "warning", "quarantine", "refuse"
# What was read in another form than it was written; everything else that is only information changed nothing.
CONVERSIONS = frozenset(
    f"D{number:02d}"
    for number in (
        *(
            1,
            2,
            3,
            5,
            7,
            10,
            16,
            17,
            19,
            20,
            22,
            23,
            24,
            25,
            27,
            31,
            32,
            34,
            35,
            36,
            37,
            38,
            43,
            44,
            48,
            50,
            56,
            59,
            61,
            62,
            63,
        ),
        *(64, 81, 83, 108, 112, 115),
    )
)


@dataclass(frozen=True)
class Entry:
    """A defect's severity and wording; `{names}` are filled in by `text`."""

    severity: str
    zh: str
    en: str


def entry(key: str) -> Entry:
    """The entry of a key such as `D46` or `D46.unknown`; KeyError when there is none."""
    return CATALOGUE[key]


def code_of(key: str) -> str:
    """`D46.unknown` → `D46`."""
    return key.partition(".")[0]


def texts(key: str, values: Mapping[str, object]) -> tuple[str, str]:
    """The Chinese and the English text of a key; a name that is not given shows as a question mark."""
    found = CATALOGUE[key]
    return _fill(found.zh, values), _fill(found.en, values)


class _Lenient(Formatter):
    def get_value(self, key: int | str, args: object, kwargs: object) -> object:
        return kwargs.get(key, "?") if isinstance(kwargs, Mapping) else "?"


def _fill(template: str, values: Mapping[str, object]) -> str:
    return _Lenient().vformat(template, (), values)


def _e(severity: str, zh: str, en: str) -> Entry:
    return Entry(severity, zh, en)


CATALOGUE: dict[str, Entry] = {
    "D01": _e(
        INFO,
        "已按GBK（GB18030）编码读取并转为UTF-8，共{n}行，内容未改动。",
        "Read as GBK (GB18030) and converted to UTF-8, {n} rows, content unchanged.",
    ),
    "D02": _e(INFO, "已去除文件开头的BOM标记。", "The byte order mark at the start of the file was dropped."),
    "D03": _e(
        INFO, "文件为Unicode（UTF-16）文本，已自动转换。", "The file is Unicode (UTF-16) text and was converted."
    ),
    "D04": _e(
        REFUSE,
        "文件编码损坏（第{row}行），请在WPS中另存为“CSV UTF-8（逗号分隔）”后重新提交。",
        "The file's encoding is damaged (line {row}); save it as “CSV UTF-8” and send it again.",
    ),
    "D05": _e(
        INFO,
        "这是Excel文件但扩展名为{suffix}，已按Excel读取工作表“{sheet}”。",
        "This is an Excel workbook named {suffix}; its sheet “{sheet}” was read.",
    ),
    "D05.unreadable": _e(
        REFUSE,
        "文件不是CSV，也不是能读取的Excel工作簿，请另存为.xlsx或“CSV UTF-8”后重新提交。",
        "The file is neither CSV nor a readable workbook; save it as .xlsx or “CSV UTF-8” and send it again.",
    ),
    "D05.pdf": _e(
        REFUSE,
        "这是PDF，读不出表格；请交原来的表格，存为.xlsx或CSV。",
        "This is a PDF; send the table it was made from, as .xlsx or CSV.",
    ),
    "D05.picture": _e(
        REFUSE,
        "这是图片，读不出数字；请交原来的表格，存为.xlsx或CSV。",
        "This is a picture; send the table itself, as .xlsx or CSV.",
    ),
    "D05.document": _e(
        REFUSE,
        "这是文字或演示文稿，不是表格；请把其中的表格复制到WPS表格或Excel，存为.xlsx后再交。",
        "This is a text document or slides; copy its table into a workbook and save it as .xlsx.",
    ),
    "D05.packed": _e(
        REFUSE,
        "这是压缩包（RAR、7z、gz等），打不开；请解压后直接交里面的表格，或改用ZIP压缩。",
        "This is an archive that is not taken (RAR, 7z, gz …); unpack it and send the tables, or pack them as ZIP.",
    ),
    "D05.zip": _e(
        REFUSE,
        "ZIP压缩包不能直接放进数据文件夹；请解压后放入，或在“上报文件”页交（命令行用unionboard accept）。",
        "A ZIP is not read in this folder; unpack it here, or hand it in on the upload page or by unionboard accept.",
    ),
    "D05.ods": _e(
        REFUSE,
        "这是开放文档表格（.ods），请用WPS或LibreOffice打开，另存为.xlsx后再交。",
        "This is an OpenDocument sheet (.ods); open it and save it as .xlsx.",
    ),
    "D05.numbers": _e(
        REFUSE,
        "这是苹果Numbers表格，请在Numbers里用“文件→导出为→Excel”存为.xlsx后再交。",
        "This is an Apple Numbers sheet; export it as Excel (.xlsx).",
    ),
    "D05.xlsb": _e(
        REFUSE,
        "这是二进制的Excel工作簿（.xlsb），请打开后另存为.xlsx再交。",
        "This is a binary workbook (.xlsb); open it and save it as .xlsx.",
    ),
    "D05.markup": _e(
        REFUSE,
        "这是网页或XML，不是真正的表格（有些系统把它导出成.xls）；请用WPS或Excel打开，另存为.xlsx后再交。",
        "This is a web page or XML (some systems export it as .xls); open it in Excel or WPS and save it as .xlsx.",
    ),
    "D06": _e(
        REFUSE,
        "这是旧版表格（.xls或WPS的.et），请打开后另存为.xlsx或CSV再交；如设有密码请先去掉。",
        "This is an old workbook (.xls or .et of WPS); save it as .xlsx or CSV, without a password.",
    ),
    "D06.password": _e(
        REFUSE,
        "文件设有打开密码，读不了；请在WPS或Excel里去掉密码，保存后再交。",
        "The file has a password; take it off, save the file and send it again.",
    ),
    "D07": _e(INFO, "检测到分隔符为“{sep}”，已按此读取。", "The delimiter “{sep}” was recognised."),
    "D08": _e(
        INFO, "第1–{k}行为标题，已识别第{h}行为表头。", "Lines 1–{k} are titles; line {h} was taken as the header."
    ),
    "D09": _e(
        INFO,
        "表头有两行或合并单元格，已展开为单行表头。",
        "The header has two rows or merged cells; it was unfolded into one row.",
    ),
    "D09.refuse": _e(
        REFUSE,
        "表头有合并单元格，无法唯一对应，请使用模板单行表头。",
        "The header has merged cells that cannot be told apart; use the template's one-row header.",
    ),
    "D10": _e(
        QUARANTINE,
        "第{row}行“{column}”为空，CSV看不出合并单元格，请补填。",
        "Line {row}: “{column}” is blank; a CSV does not show merged cells, fill it in.",
    ),
    "D10.filled": _e(
        INFO,
        "第{row}行“{column}”为合并单元格，已按“{raw}”补齐。",
        "Line {row}: “{column}” is a merged cell; filled in as “{raw}”.",
    ),
    "D11": _e(
        INFO,
        "第{row}行为合计行，未入库；{outcome}。",
        "Line {row} is a total row and was not taken in; {outcome_en}.",
    ),
    "D12": _e(
        WARNING,
        "第{row}行“{column}”合计为{t}，明细相加为{s}，相差{d}，请核对是否漏行。",
        "Line {row}: the total of “{column}” is {t}, its rows add up to {s}, {d} apart; is a row missing?",
    ),
    "D13": _e(INFO, "第{row}行为备注/签字栏，未入库。", "Line {row} is a note or signature and was not taken in."),
    "D13.header": _e(INFO, "第{row}行重复了表头，未入库。", "Line {row} repeats the header and was not taken in."),
    "D14": _e(
        INFO,
        "已忽略{n}个空行{where}、{m}个空列。",
        "{n} blank rows{where_en} and {m} blank columns were ignored.",
    ),
    "D15": _e(INFO, "已忽略“{column}”列。", "The column “{column}” was ignored."),
    "D16": _e(
        INFO,
        "第{row}行“{column}”全角字符“{raw}”已按{val}读取。",
        "Line {row}: full-width “{raw}” in “{column}” was read as {val}.",
    ),
    "D17": _e(
        INFO,
        "第{row}行“{column}”的“{raw}”已去除千分位逗号，按{val}读取。",
        "Line {row}: “{raw}” in “{column}” was read as {val} without thousands separators.",
    ),
    "D18": _e(
        QUARANTINE,
        "第{row}行“{column}”的“{raw}”无法判断是千分位还是小数，请改写。",
        "Line {row}: “{raw}” in “{column}” may be a decimal or thousands; write it plainly.",
    ),
    "D19": _e(
        INFO,
        "第{row}行“{column}”的“{raw}”已换算为{val}（原文精度±{p}）。",
        "Line {row}: “{raw}” in “{column}” was converted to {val} (as written, ±{p}).",
    ),
    "D20": _e(
        INFO, "列“{column}”单位为{unit}，已换算为{base}。", "The column “{column}” is in {unit}; converted to {base}."
    ),
    "D21": _e(
        QUARANTINE,
        "第{row}行“{column}”的“{raw}”与表头单位“{unit}”不一致，请统一为“{base}”并注明。",
        "Line {row}: “{raw}” in “{column}” conflicts with the header's unit {unit}; use {base} throughout.",
    ),
    "D21.apart": _e(
        WARNING,
        "第{row}行“{column}”的“{raw}”比同列注明“万”“亿”的金额小约一万倍，已按元入库；如果漏写了“万”，请改正后重交。",
        "Line {row}: “{raw}” in “{column}” is ten thousand times smaller than amounts that state 万 or 亿; taken as yuan, please check.",
    ),
    "D21.mixed": _e(
        QUARANTINE,
        "第{row}行“{column}”的“{raw}”与同列注明“万”“亿”的金额相差约一万倍，金额单位不一致，请统一为“元”并注明。",
        "Line {row}: “{raw}” in “{column}” is ten thousand times smaller than amounts that state 万 or 亿; write 元 throughout.",
    ),
    "D22": _e(
        INFO,
        "第{row}行“{column}”的“{raw}”按{val}入库并标记为“{q}”。",
        "Line {row}: “{raw}” in “{column}” was taken as {val}, marked {q}.",
    ),
    "D23": _e(
        QUARANTINE,
        "第{row}行“{column}”的“{raw}”为区间，本列不收区间，请填一个数。",
        "Line {row}: “{raw}” in “{column}” is a range; give one number.",
    ),
    "D23.allowed": _e(
        INFO,
        "第{row}行“{column}”的“{raw}”为区间，已存为{lo}–{hi}。",
        "Line {row}: “{raw}” in “{column}” is a range, kept as {lo}–{hi}.",
    ),
    "D24": _e(
        INFO,
        "第{row}行“{column}”的“{raw}”已读取为{val}。",
        "Line {row}: “{raw}” in “{column}” was read as {val}.",
    ),
    "D25": _e(
        INFO,
        "第{row}行“{column}”的“{raw}”视为未填，不按0统计。",
        "Line {row}: “{raw}” in “{column}” is taken as blank, not as 0.",
    ),
    "D26": _e(
        QUARANTINE,
        "第{row}行“{column}”的“{raw}”为Excel错误值，请修复公式后重报。",
        "Line {row}: “{raw}” in “{column}” is an Excel error; mend the formula and send it again.",
    ),
    "D27": _e(
        INFO,
        "列“{column}”按{style}读取。",
        "The column “{column}” was read as {style_en}.",
    ),
    "D27.mixed": _e(
        QUARANTINE,
        "第{row}行：列“{column}”同时出现0.6和60两种写法，请统一为“60%”。",
        "Line {row}: “{column}” holds both 0.6 and 60; write “60%” throughout.",
    ),
    "D28": _e(
        QUARANTINE,
        "第{row}行“{column}”比例{val}超出0–100%。",
        "Line {row}: the share {val} in “{column}” is outside 0–100%.",
    ),
    "D29": _e(
        QUARANTINE,
        "“{column}”应为整数，第{row}行填了{raw}。",
        "“{column}” takes whole numbers; line {row} says {raw}.",
    ),
    "D30": _e(
        QUARANTINE,
        "第{row}行“{column}”的“{raw}”为负数；如为冲减请走“更正文件”。",
        "Line {row}: “{raw}” in “{column}” is negative; send a corrected file instead.",
    ),
    "D31": _e(
        QUARANTINE,
        "第{row}行“{column}”的“{raw}”疑为负数，请确认。",
        "Line {row}: “{raw}” in “{column}” may be a negative number; please confirm.",
    ),
    "D31.allowed": _e(
        INFO,
        "第{row}行“{column}”的“{raw}”已按{val}读取。",
        "Line {row}: “{raw}” in “{column}” was read as {val}.",
    ),
    "D32": _e(
        INFO,
        "第{row}行“{column}”：文本型数字“{raw}”已转换。",
        "Line {row}: “{raw}” in “{column}”, a number kept as text, was converted.",
    ),
    "D33": _e(
        QUARANTINE,
        "第{row}行“{column}”的编码已被Excel改成科学计数法“{raw}”，请将该列设为“文本”后重新录入。",
        "Line {row}: the code in “{column}” became “{raw}” (scientific notation); set the column to text and retype it.",
    ),
    "D34": _e(
        INFO,
        "第{row}行“{column}”：地区码“{raw}”已按{val}读取。",
        "Line {row}: the region code “{raw}” in “{column}” was read as {val}.",
    ),
    "D35": _e(
        INFO,
        "第{row}行“{column}”：日期“{raw}”已规范为{val}。",
        "Line {row}: the date “{raw}” in “{column}” was read as {val}.",
    ),
    "D36": _e(
        INFO,
        "第{row}行“{column}”：日期“{raw}”按{val}读取。",
        "Line {row}: the date “{raw}” in “{column}” was read as {val}.",
    ),
    "D37": _e(
        INFO,
        "第{row}行“{column}”：数值{raw}按Excel日期读取为{val}。",
        "Line {row}: the number {raw} in “{column}” was read as the Excel date {val}.",
    ),
    "D38": _e(
        QUARANTINE,
        "第{row}行“{column}”的日期“{raw}”不完整（缺少年份或日），请写成2024-05-22。",
        "Line {row}: the date “{raw}” in “{column}” lacks its year or day; write 2024-05-22.",
    ),
    "D38.allowed": _e(
        INFO,
        "第{row}行“{column}”：“{raw}”只有年月，按{val}读取。",
        "Line {row}: “{raw}” in “{column}” names a month only and was read as {val}.",
    ),
    "D39": _e(
        QUARANTINE,
        "第{row}行“{column}”的日期“{raw}”有歧义，请用2024-06-05格式。",
        "Line {row}: the date “{raw}” in “{column}” is ambiguous; write 2024-06-05.",
    ),
    "D39.month": _e(
        QUARANTINE,
        "第{row}行“{column}”的“{raw}”可能是1月也可能是10月，请用2024-10格式。",
        "Line {row}: “{raw}” in “{column}” may be January or October; write 2024-10.",
    ),
    "D39.weekday": _e(
        QUARANTINE,
        "第{row}行“{column}”的日期“{raw}”与所写的星期不符，请核对。",
        "Line {row}: the date “{raw}” in “{column}” is not on the weekday it names; check it.",
    ),
    "D40": _e(
        QUARANTINE,
        "第{row}行“{column}”的日期“{raw}”不存在，请按2024-05-22格式核对。",
        "Line {row}: there is no date “{raw}” (“{column}”); write it as 2024-05-22.",
    ),
    "D41": _e(
        QUARANTINE,
        "第{row}行“{column}”（{raw}）晚于今天，实绩数据不能填未来日期。",
        "Line {row}: “{column}” ({raw}) lies in the future; records cannot.",
    ),
    "D42": _e(QUARANTINE, "第{row}行：{rule}。", "Line {row}: {rule_en}."),
    "D43": _e(
        INFO,
        "第{row}行“{column}”的“{raw}”时间部分已忽略，按{val}读取。",
        "Line {row}: the time in “{raw}” (“{column}”) was dropped, read as {val}.",
    ),
    "D44": _e(
        INFO,
        "第{row}行“{column}”的“{raw}”识别为{val}。",
        "Line {row}: “{raw}” in “{column}” was recognised as {val}.",
    ),
    "D45": _e(
        QUARANTINE,
        "第{row}行“{column}”的“{raw}”可能是{choices}，请填写全称。",
        "Line {row}: “{raw}” in “{column}” may be {choices}; write the full name.",
    ),
    "D46": _e(
        QUARANTINE,
        "第{row}行“{column}”的“{raw}”不属于{province}，请核对省份与地区。",
        "Line {row}: “{raw}” in “{column}” does not belong to {province}.",
    ),
    "D46.unknown": _e(
        QUARANTINE,
        "第{row}行“{column}”的“{raw}”不在{province}的行政区划表中，请填写全称或六位码。",
        "Line {row}: “{raw}” in “{column}” is not a division of {province}; write its full name or six-digit code.",
    ),
    "D47": _e(
        QUARANTINE,
        "第{row}行“{column}”的“{raw}”有{n}个（{choices}），请补填所属地市。",
        "Line {row}: there are {n} places called “{raw}” (“{column}”: {choices}); add the prefecture.",
    ),
    "D48": _e(
        INFO,
        "第{row}行“{column}”的“{raw}”已撤并，按{val}入库。",
        "Line {row}: “{raw}” in “{column}” no longer exists and was taken as {val}.",
    ),
    "D48.several": _e(
        QUARANTINE,
        "第{row}行“{column}”的“{raw}”已撤并为{choices}，请填写现在的行政区。",
        "Line {row}: “{raw}” in “{column}” was split into {choices}; write today's division.",
    ),
    "D49": _e(
        WARNING,
        "第{row}行“{column}”的“{raw}”是统计用功能区，不是GB/T 2260行政区，已归入上级市{val}。",
        "Line {row}: “{raw}” in “{column}” is a statistical zone, not a GB/T 2260 division; counted under {val}.",
    ),
    "D50": _e(
        INFO,
        "第{row}行“{column}”的“{raw}”按“{val}”归类。",
        "Line {row}: “{raw}” in “{column}” was classed as “{val}”.",
    ),
    "D51": _e(
        QUARANTINE,
        "第{row}行“{column}”的“{raw}”不是省级行政区，请填写省份全称。",
        "Line {row}: “{raw}” in “{column}” is not a province-level division; write the province's full name.",
    ),
    "D52": _e(
        INFO,
        "列“{raw}”识别为“{column}”，如不对请告知。",
        "The column “{raw}” was taken as “{column}”; tell us if that is wrong.",
    ),
    "D53": _e(
        INFO,
        "表头空格与换行已忽略（{cols}）。",
        "Blanks and line breaks in headers were ignored ({cols}).",
    ),
    "D54": _e(
        INFO,
        "列顺序与模板不同，已按列名对应。",
        "The columns stand in another order than the template's; matched by name.",
    ),
    "D55": _e(
        WARNING, "多余列“{column}”未入库。", "The column “{column}” is not in the template and was not taken in."
    ),
    "D56": _e(
        REFUSE,
        "缺少必填列：{cols}。请下载模板{template}，补齐后重新提交。",
        "Required columns are missing: {cols}. Use the template {template}.",
    ),
    "D56.unknown": _e(
        REFUSE,
        "没有认出表头：前15行里没有与任何模板对得上的列名。请下载模板（unionboard template）填报。",
        "No header was recognised in the first 15 lines. Use the template (unionboard template).",
    ),
    "D56.filled": _e(
        INFO,
        "缺少列“{column}”，已按文件名补为“{val}”。",
        "The column “{column}” is missing; taken from the file name as “{val}”.",
    ),
    "D57": _e(
        REFUSE,
        "表头有两个“{column}”列，无法区分，请删除或改名后重新提交。",
        "The header has two columns “{column}”; delete or rename one.",
    ),
    "D58": _e(
        QUARANTINE,
        "第{row}行比表头多{n}列，可能有未加引号的逗号。",
        "Line {row} has {n} more columns than the header; perhaps a comma without quotes.",
    ),
    "D58.short": _e(
        QUARANTINE,
        "第{row}行比表头少{n}列，请补齐逗号或检查是否断行。",
        "Line {row} has {n} fewer columns than the header; is the line broken?",
    ),
    "D59": _e(
        INFO,
        "第{row}行“{column}”单元格内换行已替换为空格。",
        "Line {row}: the line break inside “{column}” became a space.",
    ),
    "D60": _e(
        REFUSE,
        "第{row}行起引号未闭合，请检查英文双引号。",
        "From line {row} on a quotation mark is not closed; look for a stray double quote.",
    ),
    "D61": _e(
        INFO,
        "第{row}行“{column}”：已去除“{raw}”两端引号。",
        "Line {row}: the quotation marks around “{column}” were dropped.",
    ),
    "D62": _e(INFO, "文件混用了多种换行符，已统一。", "Mixed line endings were made one."),
    "D63": _e(
        INFO, "第{row}行“{column}”：已去除不可见字符。", "Line {row}: invisible characters in “{column}” were removed."
    ),
    "D64": _e(REFUSE, "文件含非法字符（NUL），请重新导出。", "The file holds NUL characters; export it again."),
    "D64.removed": _e(INFO, "文件含控制字符，已去除。", "Control characters were removed."),
    "D65": _e(
        QUARANTINE,
        "第{row}行“{column}”的“{raw}”以“{mark}”开头，疑似公式，已拦截；请改为文字后重报。",
        "Line {row}: “{raw}” in “{column}” begins with “{mark}” like a formula and was stopped; write it as text.",
    ),
    "D66": _e(
        QUARANTINE,
        "第{row}行“{column}”{n}字，超过{max}字上限。",
        "Line {row}: “{column}” has {n} characters, at most {max} are taken.",
    ),
    "D67": _e(
        WARNING,
        "第{row}行“{column}”文本含HTML标记，将按纯文本显示。",
        "Line {row}: “{column}” holds HTML and will be shown as plain text.",
    ),
    "D68": _e(
        QUARANTINE,
        "第{row}行第{index}列含身份证号，已拦截且未保存。请删除后重报。",
        "Line {row}, column {index} holds an identity number; it was stopped and not kept. Delete it and send again.",
    ),
    "D68.name": _e(
        REFUSE,
        "文件名含身份证号，文件未读取，号码未保存；请改名后重新提交。",
        "The file name holds an identity number; the file was not read and the number not kept. Rename the file.",
    ),
    "D69.name": _e(
        REFUSE,
        "文件名含电话号码或银行卡号，文件未读取，号码未保存；请改名后重新提交。",
        "The file name holds a phone or card number; the file was not read and the number not kept. Rename the file.",
    ),
    "D69": _e(
        QUARANTINE,
        "第{row}行第{index}列含电话号码或银行卡号，已拦截且未保存。请删除后重报。",
        "Line {row}, column {index} holds a phone or card number; it was stopped and not kept. Delete it, send again.",
    ),
    "D120": _e(
        INFO,
        "数据文件夹只留去掉不得保存的内容之后重新写成的文件，去掉了：{what_zh}；原文件请自行妥善处理。",
        "The seeds folder keeps only a file written anew without what must not be kept: {what_en}.",
    ),
    "D120.failed": _e(
        REFUSE,
        "这个文件里有不得保存的内容（{what_zh}），系统没能替您去掉，因此没有放进数据文件夹；请自行删除后重新提交。",
        "This file holds what must not be kept ({what_en}) and it could not be left out; it was not taken in. Delete it and send again.",
    ),
    "D121": _e(
        WARNING,
        "此文件仍在数据文件夹中，含个人信息：{where_zh}。系统不改动放入的文件；请删除这些内容后用原名重新放入。",
        "This file still lies in the seeds folder and holds personal data: {where_en}. Dropped files are never edited;"
        " delete these and put it in again under its name.",
    ),
    "D122": _e(
        QUARANTINE,
        "第{row}行第{index}列含护照、通行证等证件号码，已拦截且未保存。请删除后重报。",
        "Line {row}, column {index} holds the number of a passport or permit; it was stopped and not kept. Delete it, send again.",
    ),
    "D122.name": _e(
        REFUSE,
        "文件名含护照、通行证等证件号码，文件未读取，号码未保存；请改名后重新提交。",
        "The file name holds the number of a passport or permit; the file was not read and the number not kept. Rename it.",
    ),
    "D123": _e(
        QUARANTINE,
        "第{row}行第{index}列含邮箱、微信号或QQ号，已拦截且未保存。请删除后重报。",
        "Line {row}, column {index} holds a mail address, WeChat or QQ number; it was stopped and not kept. Delete it, send again.",
    ),
    "D123.name": _e(
        REFUSE,
        "文件名含邮箱、微信号或QQ号，文件未读取，号码未保存；请改名后重新提交。",
        "The file name holds a mail address, WeChat or QQ number; the file was not read and nothing kept. Rename the file.",
    ),
    "D70": _e(
        REFUSE,
        "表格含个人信息列“{cols}”，按规定不得上报，请删除后重报。",
        "The table has columns of personal data ({cols}); delete them and send again.",
    ),
    "D72": _e(
        INFO,
        "第{row}行与前面的行完全相同，只保留1条。",
        "Line {row} repeats an earlier row; one is kept.",
    ),
    "D72.kept": _e(
        WARNING,
        "第{row}行与前面的行完全相同，这张表没有规定编号，都留下了，请核对。",
        "Line {row} repeats an earlier row; the table has no key, both are kept.",
    ),
    "D73": _e(
        QUARANTINE,
        "第{row}行：{key}在本次填报中出现{n}次且内容不同，请确认以哪条为准。",
        "Line {row}: {key} occurs {n} times with different content; say which one holds.",
    ),
    "D74": _e(INFO, "该文件已于{t}入库（{file}），未重复计算。", "This file is already in since {t} ({file})."),
    "D75": _e(
        INFO,
        "本文件替换{file}（{unit}，{period}），共新增{a}改动{b}删除{c}行。",
        "This file replaces {file} ({unit}, {period}): {a} rows added, {b} changed, {c} removed.",
    ),
    "D75.replaced": _e(
        INFO,
        "{unit}{period}的填报已由{file}替换，本文件的这部分不再计入。",
        "The submission of {unit} for {period} was replaced by {file}.",
    ),
    "D76": _e(
        REFUSE,
        "新文件只有{n}行，旧文件{file}有{m}行（{unit}，{period}），疑似不完整；确认无误请用 accept --replace 提交。",
        "The new file has {n} rows, {file} has {m} ({unit}, {period}); if that is right use accept --replace.",
    ),
    "D77": _e(
        WARNING,
        "“{column}”连续三期递增且不小于以前各期之和，疑似把累计数填成本期数。",
        "“{column}” keeps growing past the sum of earlier periods; are these cumulative figures?",
    ),
    "D78": _e(
        WARNING,
        "“{column}”累计值比上期减少{d}，请说明原因。",
        "The cumulative “{column}” is {d} lower than the period before; please explain.",
    ),
    "D79": _e(
        WARNING,
        "“{column}”较上期变化{ratio}倍，请核对单位（万/元）。",
        "“{column}” is {ratio} times the period before; check the unit.",
    ),
    "D80": _e(QUARANTINE, "第{row}行{rule}，请核对。", "Line {row}: {rule_en}."),
    "D81": _e(
        INFO,
        "第{row}行“{column}”的“{raw}”已拆为{n}项。",
        "Line {row}: “{raw}” in “{column}” was split into {n} values.",
    ),
    "D81.single": _e(
        QUARANTINE,
        "第{row}行“{column}”只能选一项，现填“{raw}”。",
        "Line {row}: “{column}” takes one value, it says “{raw}”.",
    ),
    "D82": _e(
        QUARANTINE,
        "第{row}行“{column}”的“{raw}”不在允许值：{list}。",
        "Line {row}: “{raw}” in “{column}” is not one of: {list}.",
    ),
    "D83": _e(
        INFO,
        "第{row}行“{column}”的“{raw}”按“{val}”读取。",
        "Line {row}: “{raw}” in “{column}” was read as “{val}”.",
    ),
    "D84": _e(REFUSE, "文件是空的，请重新导出后提交。", "The file is empty; export it again."),
    "D85": _e(
        REFUSE,
        "只有表头没有数据；若本期确无，请填一行“零报告”（省份、填报单位、统计期，备注写零报告）。",
        "There is a header but no row; if there was nothing, hand in one row with 零报告 as its remark.",
    ),
    "D85.zero": _e(
        INFO,
        "第{row}行为零报告：{unit} {period}本期无数据，已登记。",
        "Line {row} is a zero report of {unit} for {period}.",
    ),
    "D86": _e(INFO, "文件仍在写入，稍后自动重试。", "The file is still being written; it will be tried again."),
    "D87": _e(
        REFUSE,
        "第{row}行（文件末行）不完整，可能未传完，请重新上传。",
        "Line {row}, the last one, is incomplete; upload the file again.",
    ),
    "D87.workbook": _e(
        REFUSE,
        "Excel文件不完整或已损坏，可能未传完，请重新上传。",
        "The workbook is incomplete or damaged; upload it again.",
    ),
    "D88": _e(
        REFUSE,
        "有{n}张表都像数据（{sheets}），请只保留一张。",
        "{n} sheets look like data ({sheets}); keep one.",
    ),
    "D88.chosen": _e(INFO, "已读取工作表“{sheet}”。", "The sheet “{sheet}” was read."),
    "D89": _e(
        WARNING,
        "有{n}个隐藏行（第{rows}行）已一并入库，请确认。",
        "{n} hidden rows (lines {rows_en}) were taken in too; please confirm.",
    ),
    "D90": _e(
        QUARANTINE,
        "第{row}行“{column}”只有公式没有结果，请用WPS打开保存后再交。",
        "Line {row}: “{column}” has a formula without its result; open and save it in WPS first.",
    ),
    "D91": _e(
        WARNING,
        "文件名应为“省份_项目_年月.csv”，例如：广东_女职工创新工作室_202405.csv。",
        "A file name reads province_programme_YYYYMM.csv, as in 广东_女职工创新工作室_202405.csv.",
    ),
    "D92": _e(
        REFUSE,
        "文件名是{named}，内容有{n}行{found}，请核对后重新提交。",
        "The file name says {named}, {n} rows say {found}; check and send again.",
    ),
    "D92.row": _e(
        QUARANTINE,
        "第{row}行“{column}”为{found}，与文件名的{named}不符。",
        "Line {row}: “{column}” says {found}, the file name {named}.",
    ),
    "D93": _e(
        REFUSE,
        "该表更像“{other}”，请放到对应文件夹{folder}。",
        "This table looks like “{other}”; put it into the folder {folder}.",
    ),
    "D94": _e(
        QUARANTINE,
        "第{row}行“{column}”为{raw}，与文件名{named}不符。",
        "Line {row}: “{column}” is {raw}, the file name says {named}.",
    ),
    "D96": _e(REFUSE, "文件名含非法字符或过长，请改名后重新提交。", "The file name is unsafe or too long; rename it."),
    "D97": _e(
        REFUSE,
        "文件{n}MB，超过上限{max}MB，请按月拆分。",
        "The file has {n} MB, at most {max} are taken; split it by month.",
    ),
    "D97.rows": _e(
        REFUSE, "文件超过{max}行的上限，请按月拆分。", "The file has more than {max} rows; split it by month."
    ),
    "D98": _e(REFUSE, "文件解压后过大，已拒收。", "The workbook unpacks to too much and was refused."),
    "D99": _e(
        QUARANTINE,
        "第{row}行“{column}”为必填，请补填。",
        "Line {row}: “{column}” is required; fill it in.",
    ),
    "D100.turned": _e(
        QUARANTINE,
        "第{row}行“{column}”含有让文字从右往左显示的控制符，看到的与存的次序不同，不能确定是多少；请删去重新录入。",
        "Line {row}: “{column}” holds a sign that makes text run from right to left: it is kept in another order than shown; type it anew.",
    ),
    "D100": _e(
        QUARANTINE,
        "第{row}行“{column}”的“{raw}”不是数字。",
        "Line {row}: “{raw}” in “{column}” is not a number.",
    ),
    "D100.colloquial": _e(
        QUARANTINE,
        "第{row}行“{column}”的“{raw}”是口语说法，不能确定是多少（如“1万5”可能是15000，也可能是10005），请写成完整的数字。",
        "Line {row}: “{raw}” in “{column}” is said rather than written (1万5 may be 15000 or 10005); write all its digits.",
    ),
    "D101": _e(
        WARNING,
        "第{row}行引用的“{raw}”尚未上报，暂不计入。",
        "Line {row} refers to “{raw}”, which has not been reported; the row does not count yet.",
    ),
    "D102": _e(
        QUARANTINE,
        "第{row}行“{column}”：统一社会信用代码“{raw}”校验位不符，请核对。",
        "Line {row}: the check digit of the credit code “{raw}” in “{column}” is wrong.",
    ),
    "D103": _e(
        QUARANTINE,
        "第{row}行“{column}”（{raw}）晚于本月。",
        "Line {row}: “{column}” ({raw}) is later than this month.",
    ),
    "D104": _e(QUARANTINE, "第{row}行不符合规则：{rule}。", "Line {row} breaks a rule: {rule_en}."),
    "D105": _e(
        WARNING,
        "第{row}行：{key}先后报了不同的“{column}”，按“一案一补”只计最新一笔。",
        "Line {row}: {key} was reported with different “{column}” before; only the latest one counts.",
    ),
    "D106": _e(
        WARNING,
        "第{row}行“{column}”{raw}晚于本表统计期{period}，请核对日期或统计期。",
        "Line {row}: “{column}” {raw} lies after its period {period}; check the date or the period.",
    ),
    "D106.before": _e(
        WARNING,
        "第{row}行“{column}”{raw}早于统计期{period}十年以上，请核对日期或统计期。",
        "Line {row}: “{column}” {raw} lies more than ten years before its period {period}; check the date or the period.",
    ),
    "D110": _e(
        WARNING,
        "第{row}行“{column}”的“{raw}”中，“{mark}”是注码之类的符号，不是数字，已略去，按“{val}”读取，请核对。",
        "Line {row}: the mark “{mark}” in “{raw}” (“{column}”) is no digit and was left out; read as “{val}”, please check.",
    ),
    "D110.struck": _e(
        WARNING,
        "第{row}行“{column}”的“{raw}”中，“{mark}”已被划去，不算在内，按“{val}”读取，请核对。",
        "Line {row}: “{mark}” in “{raw}” (“{column}”) is struck out and was left out; read as “{val}”, please check.",
    ),
    "D110.raised": _e(
        WARNING,
        "第{row}行“{column}”的“{raw}”中，“{mark}”是上标，不算在内，按“{val}”读取，请核对。",
        "Line {row}: “{mark}” in “{raw}” (“{column}”) is superscript and was left out; read as “{val}”, please check.",
    ),
    "D110.lowered": _e(
        WARNING,
        "第{row}行“{column}”的“{raw}”中，“{mark}”是下标，不算在内，按“{val}”读取，请核对。",
        "Line {row}: “{mark}” in “{raw}” (“{column}”) is subscript and was left out; read as “{val}”, please check.",
    ),
    "D110.struck_whole": _e(
        WARNING,
        "第{row}行“{column}”的“{raw}”整格被划去，按未填处理；如应计入，请去掉删除线。",
        "Line {row}: “{raw}” in “{column}” is struck out as a whole and taken as blank; unstrike it if it counts.",
    ),
    "D110.raised_whole": _e(
        WARNING,
        "第{row}行“{column}”的“{raw}”整格是上标，不能当数据读，按未填处理；如应计入，请改成普通文字。",
        "Line {row}: “{raw}” in “{column}” is all superscript and taken as blank; write it plainly if it counts.",
    ),
    "D110.lowered_whole": _e(
        WARNING,
        "第{row}行“{column}”的“{raw}”整格是下标，不能当数据读，按未填处理；如应计入，请改成普通文字。",
        "Line {row}: “{raw}” in “{column}” is all subscript and taken as blank; write it plainly if it counts.",
    ),
    "D111": _e(
        QUARANTINE,
        "第{row}行“{column}”的“{raw}”含有“{mark}”（上标、圈码、分数之类），不能当数字读，请写成普通数字。",
        "Line {row}: “{mark}” in “{raw}” (“{column}”) cannot be read as digits; write it plainly.",
    ),
    "D112.unclear": _e(
        QUARANTINE,
        "第{row}行“{column}”的单元格存的是{raw}，数字格式却显示成别的写法（中文数字、分数、百分数之类），不能确定编号是什么；请改为文本，照编号原样填写。",
        "Line {row}: “{column}” holds {raw}, which its number format shows in another way (Chinese numerals, a fraction, a share); "
        "make it text and write the code as it is.",
    ),
    "D112": _e(
        INFO,
        "第{row}行“{column}”：单元格存的是{raw}，显示为“{val}”，已按显示的读取。",
        "Line {row}: “{column}” keeps {raw} and shows “{val}”; what is shown was read.",
    ),
    "D113": _e(
        WARNING,
        "第{row}行“{column}”的单元格是日期，按“{raw}”读取；如原为编号（如“3-1”），已被Excel改成日期，请将该列设为“文本”后重填。",
        "Line {row}: “{column}” is a date of Excel's, read as “{raw}”; a code such as 3-1 becomes one, set the column to text.",
    ),
    "D115": _e(
        INFO,
        "{place}写明“{raw}”，列“{column}”已按此单位换算。",
        "{place_en} says “{raw}”; the column “{column}” was converted from it.",
    ),
    "D115.column": _e(
        INFO,
        "列“{column}”写的是单位，已用于同一行的金额。",
        "The column “{column}” holds units; they were used for the amounts of their rows.",
    ),
    "D115.several": _e(
        REFUSE,
        "“{name}”的单位有不同说法（{place}：{raw}），没有入库；请只留一种，写进表头，例如“{name}（{unit}）”。",
        "{place_en} gives “{name}” more than one unit ({raw}); nothing was taken in. Write one into the header: {name}({unit}).",
    ),
    "D115.which": _e(
        REFUSE,
        "{place}写着“{raw}”，分不清是不是、是哪一列（{others}）的单位，没有入库；请把单位写进表头，例如“{name}（{unit}）”。",
        "{place_en} says “{raw}”, and it is not certain of which column ({others}); write the unit into the header: {name}({unit}).",
    ),
    "D115.other": _e(
        REFUSE,
        "{place}在“{name}”下面写着“{raw}”，而这一列的单位应是{base}，没有入库；请核对列与单位。",
        "{place_en} says “{raw}” below “{name}”, which is counted in {base}; check columns and units.",
    ),
    "D115.mention": _e(
        WARNING,
        "{place}提到“{raw}”，不像在说单位，“{name}”已按{base}读取；如果单位就是{raw}，请把表头写成“{name}（{raw}）”后重交。",
        "{place_en} mentions “{raw}”, not as a unit; “{name}” was read as {base}. If that is its unit, write {name}({raw}).",
    ),
    "D115.row": _e(
        QUARANTINE,
        "第{row}行写的单位是“{raw}”，不能确定“{column}”该怎样换算；请把单位写进表头，如“{column}（{unit}）”，或写在数字后面。",
        "Line {row} gives the unit “{raw}”; how “{column}” is meant is not certain. Write the unit into the header or behind the number.",
    ),
    "D115.blank": _e(
        QUARANTINE,
        "第{row}行“{header}”是空的，而别的行写了，不知道“{column}”的单位；请补填。",
        "Line {row}: “{header}” is blank while other rows say a unit, so that of “{column}” is unknown; fill it in.",
    ),
    "D115.format": _e(
        QUARANTINE,
        "第{row}行“{column}”的单元格存的是{raw}，用数字格式缩放显示，看不出单位；请改为普通数字格式，并把单位写进表头。",
        "Line {row}: “{column}” holds {raw} but its number format shows it scaled; use a plain format and write the unit into the header.",
    ),
    "D116": _e(
        REFUSE,
        "{place}写着“{raw}”：“{name}”只收人民币元，外币不能当作元，没有入库；请折成人民币，表头写成“{name}（元）”后重交。",
        "{place_en} says “{raw}”: “{name}” takes RMB yuan only and nothing was taken in. Convert the amounts, write {name}(元).",
    ),
    "D116.mention": _e(
        WARNING,
        "{place}提到“{raw}”，“{name}”已按人民币元读取；如果其中有外币，请折成人民币后重交。",
        "{place_en} mentions “{raw}”; “{name}” was read as RMB yuan. Convert amounts in other currencies.",
    ),
    "D116.row": _e(
        QUARANTINE,
        "第{row}行“{column}”写的是“{raw}”，不是人民币，不能当作元；请折成人民币元后重报。",
        "Line {row}: “{column}” is in “{raw}”, not in RMB; convert it to yuan and send it again.",
    ),
    "D117": _e(
        WARNING,
        "第{row}行有一个多余的英文双引号，一直连到第{last}行，可能并掉后面的行；已按每行一条读取，请核对第{row}–{last}行并删掉引号。",
        "Line {row} has a stray double quote that runs on to line {last} and may swallow rows; each line was read as a row, please check.",
    ),
    "D117.swallowed": _e(
        QUARANTINE,
        "第{row}行的英文双引号到第{last}行才成对，后面{n}行可能被并进了这一行，这一行没有入库；请删掉多余的引号。",
        "A double quote in line {row} closes in line {last} only; {n} rows may be swallowed, so the row was set aside. Delete the quote.",
    ),
    "MORE": _e(
        INFO,
        "“{column}”另有{n}处同样情况（共{total}处），在第{rows}行。",
        "{n} more of the same in “{column}” ({total} in all) are in lines {rows_en}.",
    ),
    "D98.reference": _e(
        REFUSE,
        "工作表“{sheet}”里有单元格写在“{ref}”，超出了Excel的范围（到XFD1048576为止），文件已损坏，已拒收；请在Excel或WPS里打开后另存为新的.xlsx再提交。",
        "Sheet “{sheet}” has a cell at “{ref}”, outside of what Excel has (XFD1048576); the file is damaged and was refused. Save it anew.",
    ),
    "D98.far": _e(
        REFUSE,
        "工作表“{sheet}”里“{ref}”有内容，离表格太远，照此要读{cells}个格子，已拒收；请删去那一格（或那些空行空列）后另存、重新提交。",
        "Sheet “{sheet}” has a value at “{ref}”, too far from the table ({cells} cells would be read); clear it and save anew.",
    ),
    "D98.text": _e(
        REFUSE,
        "工作簿里有一段文字长达{n}万字以上，不像单元格内容（Excel最多32767字），已拒收；请检查文件后另存为新的.xlsx再提交。",
        "The workbook holds a text of more than {n}0,000 characters (a cell takes 32,767); check the file and save it anew.",
    ),
    "D98.strings": _e(
        REFUSE,
        "工作簿自称有{n}条文字，与文件大小不符，文件已损坏，已拒收；请在Excel或WPS里打开后另存为新的.xlsx再提交。",
        "The workbook claims to hold {n} texts, which cannot be for its size; the file is damaged and was refused. Save it anew.",
    ),
    "D98.ratio": _e(
        REFUSE,
        "文件解压后是原来的{n}倍以上，不像正常的工作簿，已拒收；请在Excel或WPS里另存为新的.xlsx再提交。",
        "The workbook unpacks to more than {n} times its size, as no real one does, and was refused. Save it anew.",
    ),
    "D98.overlap": _e(
        REFUSE,
        "工作簿内部的压缩内容互相重叠或重名，文件已损坏，已拒收；请在Excel或WPS里打开后另存为新的.xlsx再提交。",
        "Parts of the workbook overlap or bear one name; the file is damaged and was refused. Save it anew.",
    ),
    "D98.memory": _e(
        REFUSE,
        "读这个文件要用的内存超过上限，未入库任何数据，其他文件不受影响；请删去多余的空行空列，另存为“CSV UTF-8”后重新提交，或联系管理员。",
        "Reading this file takes more memory than is allowed; nothing was taken in. Save it as “CSV UTF-8” and try again.",
    ),
    "D98.time": _e(
        REFUSE,
        "读这个文件超过{s}秒仍未完成，未入库任何数据，其他文件不受影响；请删去多余的空行空列，另存为“CSV UTF-8”后重新提交，或联系管理员。",
        "Reading this file was not done after {s} seconds; it was stopped and nothing was taken in. Save it as “CSV UTF-8” and try again.",
    ),
    "D98.killed": _e(
        REFUSE,
        "读这个文件的程序两次被系统中止（多半是内存不足），未入库任何数据，其他文件不受影响；请另存为“CSV UTF-8”后重新提交，或联系管理员。",
        "The system ended the reading of this file twice, probably for want of memory; nothing was taken in. Tell the administrator.",
    ),
    "D98.permission": _e(
        REFUSE,
        "没有权限读这个文件，未入库任何数据；请管理员改好文件的权限，以前入库的行先保留。",
        "This file may not be read; nothing was taken in. Have its permissions mended; rows taken in before stay.",
    ),
    "D98.failed": _e(
        REFUSE,
        "读取文件时出错（{kind}），未入库任何数据，其他文件不受影响；请另存为“CSV UTF-8”后重试，或联系管理员。",
        "Reading the file failed ({kind}); nothing was taken in. Save it as “CSV UTF-8” and try again.",
    ),
    "D107": _e(
        WARNING,
        "这个文件现在读不了，以前从它收下的{n}行仍然算数；请重新提交能读的文件，要撤回就把文件删去。",
        "This file cannot be read now; the {n} rows taken from it before still count. Hand it in anew, or remove it to take them back.",
    ),
    "D108": _e(
        INFO,
        "文件名不是UTF-8编码，已按GBK读作“{name}”。",
        "The file's name is no UTF-8; it was read as GBK: “{name}”.",
    ),
    "D109.link": _e(
        REFUSE,
        "这是指向数据文件夹以外的链接，没有读取；请放文件本身。",
        "This is a link that leads out of the seeds folder; it was not followed. Put the file itself here.",
    ),
    "D109.broken": _e(
        REFUSE,
        "这个链接指向的文件不存在，没有可读的内容；请放文件本身。",
        "This link leads nowhere; put the file itself here.",
    ),
    "D109.device": _e(
        REFUSE,
        "这不是普通文件（{what}），没有读取；请放CSV或XLSX文件。",
        "This is no regular file ({what_en}) and was not read; put a CSV or XLSX file here.",
    ),
    "D124": _e(
        REFUSE,
        "版本{release}已于{t}撤回（{reason}），本文件是其中的新内容，已放在一边，不计入。"
        "改正后的文件直接再交即可；要照原样放进来，请在“版本”页点“放进来”，或运行 unionboard readmit。",
        "Release {release} was withdrawn at {t} ({reason}); this file was new in it, is set aside and does not count. "
        "Hand in a corrected file, or let this one in again on the page of releases or by unionboard readmit.",
    ),
    "D124.undone": _e(
        REFUSE,
        "这次上报已于{t}撤销（{reason}），本文件放在一边，不计入。"
        "改正后的文件直接再交即可；要照原样放进来，请在“上报文件”或“版本”页点“放进来”，或运行 unionboard readmit。",
        "This upload was undone at {t} ({reason}); the file is set aside and does not count. "
        "Hand in a corrected file, or let this one in again on the page of uploads or releases, or by unionboard readmit.",
    ),
    "D125": _e(
        REFUSE,
        "文件里有不归您上报的单位：{units}。您的账号只能替自己的单位、在自己的地区上报，整个文件没有收；请只留本单位的行再交，或请那些单位自己交。",
        "The file holds units for which your account may not report: {units}. Nothing was taken; leave only the rows of your own unit "
        "in your own region, or let those units hand in theirs.",
    ),
    "D126": _e(
        INFO,
        "这个项目的上报要由本省另一个人会签：交来以后先等会签，签了才发布、才计入。",
        "Uploads of this programme wait for a second person of the province; they are published and count once that person has signed.",
    ),
    "D126.waits": _e(
        INFO,
        "已交来，在等本省另一个人会签（编号 {id}）：签了才发布、才计入。要改正，先撤回再交。",
        "Handed in, and waiting for a second person of the province ({id}): it is published and counts once that person has signed. "
        "To correct it, withdraw it and hand in again.",
    ),
}
