"""Knows from its header that a column holds data of persons, in Chinese and in English."""

import re
import unicodedata


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# A header that contains one of these is a column of personal data, whatever else it is; the receipt may say them.
ALWAYS = ("姓名", "身份证", "电话", "手机", "住址", "诊断")
# So is one that contains one of these, unless it counts them (申请人数, 当事人满意度).
_CHINESE = _words(
    """
    联系人 联系方式 当事人 申请人 被申请人 申诉人 投诉人 举报人 信访人 求助人 受助人 被救助人 家庭成员 监护人
    紧急联络 本人签 家庭地址 家庭住 居住地址 现居住地 常住地址 通讯地址 通信地址 联系地址 户籍地址 户籍所在地
    户口所在地 户口地址 门牌号 出生日期 出生年月 出生时间 出生年份 生日 生辰 籍贯 病情 病史 病名 病因 病症 疾病名
    患病情况 患病种类 症状 所患疾病 体检结果 体检结论 化验结果 就诊情况 就诊记录 过敏史 用药情况 用药记录 伤情
    伤残等级 残疾证 残疾类别 精神状况 证件号 证件编号 公民身份 身份号码 护照 通行证 居住证 居留证 台胞证 回乡证
    港澳证 军官证 驾驶证 社保号 社保卡 社会保障号 医保号 医保卡 工号 会员证号 微信 邮箱 电子邮件 电邮 扣扣 银行卡
    银行账 银行帐 卡号 开户行 开户账号 收款账 收款人 宗教信仰 婚姻状况 婚否 政治面貌 血型 指纹 人脸 车牌 真实姓
    患者 病人 死者 劳动者名 职工名 工人名 会员名 座机 固话 配偶 子女姓
    """
)
_ENGLISH = _words(
    """
    fullname surname firstname lastname givenname familyname personname applicant claimant respondent complainant
    petitioner contactperson contactname contactnumber contactno contactinfo contactdetail contactaddress
    emergencycontact telephone phone mobilephone mobileno mobilenumber cellphone homeaddress postaladdress
    mailingaddress residentialaddress streetaddress residence dateofbirth birthdate birthday birthplace
    placeofbirth diagnos illness disease symptom medicalcondition medicalhistory healthcondition idnumber idno
    idcard identitycard identitynumber identityno identification nationalid passport permitno permitnumber
    socialsecurity wechat weixin email bankcard bankaccount accountnumber accountno cardnumber cardno nextofkin
    patient guardian spouse
    """
)
_ENGLISH_WHOLE = _words(
    """
    address addresses bloodtype clientname contact contacts dob employeename mail maritalstatus membername mobile
    name names parties party patientname qq qqno religion ssn tel telno vx workername wx
    """
)
_CHINESE_WHOLE = _words(
    """
    qq号 qq号码 v信 信箱 名 名字 填报人 填表人 姓 电子信箱 疾病 签名 签字 经办人 联系 联络人 负责人
    """
)
# What makes of such a word a count, a share or a sum.
_COUNTED = re.compile(
    r"(?:数|数量|人次|率|占比|比例|满意度|金额|费用|经费|时长|小计|合计|总计"
    r"|(?<!ac)count|persons|total|rate|share|hours|days|times)$"
)
_UNIT = re.compile(r"[(\[【<].*?[)\]】>]$")
_NUMBER_OF = re.compile(r"^(?:numberof|noof|countof|total)")


def word_in(header: str) -> str | None:
    """The word by which a header names data of persons, None for any other header."""
    plain = _plain(header)
    for word in ALWAYS:
        if word in plain:
            return word
    bare = _UNIT.sub("", plain)
    latin = re.sub(r"[^a-z]", "", bare)
    if bare in _CHINESE_WHOLE or (latin and latin == re.sub(r"[\W_]", "", bare) and latin in _ENGLISH_WHOLE):
        return bare
    if _COUNTED.search(bare) or _NUMBER_OF.search(latin):
        return None
    found = next((word for word in _CHINESE if word in bare), None)
    return found or next((word for word in _ENGLISH if word in latin), None)


def _plain(header: str) -> str:
    text = unicodedata.normalize("NFKC", header).lower()
    return "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Mn", "Zs"))
