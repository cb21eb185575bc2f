"""Who signed a title or a note: persons' names that nobody reads and that are not kept."""

import re
from collections.abc import Sequence

NAME = "NAME"
_SIGNED = "|".join(
    (
        "填表人", "填报人", "制表人", "制表", "审核人", "审核", "复核人", "单位负责人", "部门负责人", "负责人", "分管领导", "主管领导",
        "经办人", "联系人", "联系电话", "联系方式", "审批人", "审批", "签字", "电话", "手机", "制单人", "报送人", "统计人", "统计员",
    )
)  # fmt: skip
_LABEL = re.compile(rf"\s*(?:{_SIGNED})\s*(?:[(（](?:签字|签名|签章|盖章)[)）])?\s*[:：]?\s*")
_NAMED = re.compile(
    rf"((?:{_SIGNED})\s*(?:[(（](?:签字|签名|签章|盖章)[)）])?\s*[:：]\s*)(\S.*?)(?=\s+\S{{1,8}}\s*[:：]|(?:{_SIGNED})\s*[:：]|$)",
    re.DOTALL,
)


def without_names(cells: Sequence[str]) -> list[str]:
    """The cells of a title or note row with what follows 填表人 and its like left out, in the same cell or in the next."""
    kept, after_label = [], False
    for cell in cells:
        if not cell.strip():
            kept.append(cell)
        elif _LABEL.fullmatch(cell):
            kept.append(cell)
            after_label = True
        elif after_label and not re.search("[:：]", cell):
            kept.append("")
            after_label = False
        else:
            kept.append(_NAMED.sub(r"\1", cell))
            after_label = False
    return kept
