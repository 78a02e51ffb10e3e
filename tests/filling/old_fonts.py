"""Vietnamese text as files in old fonts have it: TCVN3, VNI, VISCII and VPS."""

from __future__ import annotations

import unicodedata

# The letters of RFC 1456 (VISCII) and of VPS in the order of their bytes, written here a second time on purpose.
VISCII = (
    (0x80, "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"),
)
VPS = (
    (0x80, "ÀẢÃẤẦẨọỗĂếềểệẮẰẲẾ"), (0x93, "ỀỂỄỐỒỔỖýỷỵỚỜỞ"), (0xA1, "ắằẳẵặỠớÙờởỡŨỨợỪổỬỲỸÍÌộỈĨÓửữÒỎÕựầÁÂấẩẫậđẻÉÊẹỉễịỹƯỦồốÔỏơÈừứÚũưÝẺ"),
    (0xE0, "àáâãảạăçèéêẽìíîĩẴĐòóôõöƠụùúủüỶẼỳ"),
)  # fmt: skip
VPS_CONTROLS = dict(
    zip("ẠẬẶẸỆỊỌỘỢỤỰỴẪỮ", (2, 3, 4, 5, 6, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x19, 0x1C, 0x1D), strict=True)
)
TCVN3_BASES = dict(zip("ăâđêôơưĂÂĐÊÔƠƯ", "¨©®ª«¬\xad¡¢§£¤¥¦", strict=True))
TCVN3_TONED = dict(
    zip(
        "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        "µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        strict=True,
    )
)
VNI_MARKS = {
    "\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï", "\u0302": "â", "\u0302\u0301": "á",
    "\u0302\u0300": "à", "\u0302\u0309": "å", "\u0302\u0303": "ã", "\u0302\u0323": "ä", "\u0306": "ê", "\u0306\u0301": "é",
    "\u0306\u0300": "è", "\u0306\u0309": "ú", "\u0306\u0303": "ü", "\u0306\u0323": "ë",
}  # fmt: skip
VNI_ALONE = {"í": "í", "ì": "ì", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î", "đ": "ñ", "ơ": "ô", "ư": "ö"}


def written(text: str, encoding: str) -> str:
    """The text as a program shows it that takes the old encoding for windows-1252. In TCVN3, marked capitals become
    small letters, because that encoding has none."""
    return "".join(_letter(char, encoding) for char in unicodedata.normalize("NFC", text))


def in_bytes(text: str, encoding: str) -> bytes:
    """The text as the bytes of a file."""
    return b"".join(_byte(char) for char in written(text, encoding))


def _byte(char: str) -> bytes:
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return char.encode("latin-1")


def _letter(char: str, encoding: str) -> str:
    if char.isascii():
        return char
    if encoding == "tcvn3":
        return TCVN3_BASES.get(char) or TCVN3_TONED.get(char.lower(), char)
    if encoding == "vni":
        return _vni(char)
    if encoding == "vps" and char in VPS_CONTROLS:
        return chr(VPS_CONTROLS[char])
    for first, letters in VISCII if encoding == "viscii" else VPS:
        if char in letters:
            byte = bytes([first + letters.index(char)])
            return byte.decode("cp1252", "ignore") or byte.decode("latin-1")
    return char


def _vni(char: str) -> str:
    low = char.lower()
    if low in VNI_ALONE:
        made = VNI_ALONE[low]
    else:
        base, *marks = unicodedata.normalize("NFD", low)
        if "\u031b" in marks:
            base = {"o": "ô", "u": "ö"}[base]
            marks.remove("\u031b")
        marks.sort(key=lambda mark: mark not in "\u0302\u0306")
        made = base + VNI_MARKS["".join(marks)] if marks else base
    return made.upper() if char.isupper() else made
