"""The four old encodings of Vietnamese, TCVN3 (ABC), VNI, VISCII and VPS, and how a text in them is decoded.

Such a text was typed for a special font. A program that does not know this shows each of its bytes as a
letter of windows-1252 or Latin-1. The tables here begin with these letters. `verdicts` decides whether a text
is in one of these encodings.
"""

from __future__ import annotations

import re
import unicodedata

TCVN3, VNI, VISCII, VPS = "tcvn3", "vni", "viscii", "vps"
ENCODINGS = (TCVN3, VNI, VISCII, VPS)

# RFC 1456: the letters of the bytes 0x80 to 0xFF.
_VISCII_UPPER = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_VISCII_CONTROLS = {"\x02": "Ẳ", "\x05": "Ẵ", "\x06": "Ẫ", "\x14": "Ỷ", "\x19": "Ỹ", "\x1e": "Ỵ"}
# The bytes 0x80 to 0xFF of VPS; a blank is a byte without a letter.
_VPS_UPPER = (
    "ÀẢÃẤẦẨọỗĂếềểệẮẰẲẾ  ỀỂỄỐỒỔỖýỷỵỚỜỞ ắằẳẵặỠớÙờởỡŨỨợỪổỬỲỸÍÌộỈĨÓửữÒỎÕự"
    "ầÁÂấẩẫậđẻÉÊẹỉễịỹƯỦồốÔỏơÈừứÚũưÝẺ àáâãảạă èéêẽìíîĩẴĐòóôõ ƠụùúủüỶẼỳ"
)
_VPS_CONTROLS = {
    "\x02": "Ạ", "\x03": "Ậ", "\x04": "Ặ", "\x05": "Ẹ", "\x06": "Ệ", "\x10": "Ị", "\x11": "Ọ", "\x12": "Ộ", "\x13": "Ợ",
    "\x14": "Ụ", "\x15": "Ự", "\x19": "Ỵ", "\x1c": "Ẫ", "\x1d": "Ữ",
}  # fmt: skip
_TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
# Characters that a reader or a PDF has put in place of the right ones: the Icelandic letter, the soft hyphen
# and the middle dot.
_TCVN3 |= {"Đ": "é", "\u2212": "ư", "\u2219": "ã", "\u03bc": "à"}
_VNI_MARKS = {
    "ù": "\u0301",
    "ø": "\u0300",
    "û": "\u0309",
    "õ": "\u0303",
    "ï": "\u0323",
    "â": "\u0302",
    "á": "\u0302\u0301",
    "à": "\u0302\u0300",
    "å": "\u0302\u0309",
    "ã": "\u0302\u0303",
    "ä": "\u0302\u0323",
    "ê": "\u0306",
    "é": "\u0306\u0301",
    "è": "\u0306\u0300",
    "ú": "\u0306\u0309",
    "ü": "\u0306\u0303",
    "ë": "\u0306\u0323",
}
_VNI_MARKS |= {mark.upper(): accents for mark, accents in _VNI_MARKS.items()}
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_LETTERS |= {old.upper(): new.upper() for old, new in _VNI_LETTERS.items()}
_VNI_BASES = frozenset("aeioyuôöAEIOYUÔÖ")

# In VNI the accents of a letter are a character of their own behind it.
VNI_LETTER = re.compile(f"[{''.join(sorted(_VNI_BASES))}][{''.join(_VNI_MARKS)}]|[\\s\\S]")


def _by_byte(upper: str, controls: dict[str, str]) -> dict[str, str]:
    """Map what the bytes of an encoding look like to their letters. A byte from 0x80 to 0x9F looks like a
    character of windows-1252 or, in Latin-1, like a control character."""
    table = dict(controls)
    for byte, letter in enumerate(upper, start=0x80):
        if letter != " ":
            table[chr(byte)] = letter
            if byte < 0xA0:
                table[bytes([byte]).decode("cp1252", "ignore") or chr(byte)] = letter
    return table


_TABLES = {
    TCVN3: _TCVN3,
    VISCII: _by_byte(_VISCII_UPPER, _VISCII_CONTROLS),
    VPS: _by_byte(_VPS_UPPER, _VPS_CONTROLS),
}
_KEYS = {**{name: "".join(table) for name, table in _TABLES.items()}, VNI: "".join((*_VNI_MARKS, *_VNI_LETTERS))}
# The runs of characters that can be words of an encoding.
WORDS = {name: re.compile(f"[A-Za-z{re.escape(keys)}]+") for name, keys in _KEYS.items()}
_QUOTES = "“”‘’„–—…•·«»\"'"


def decode(word: str, encoding: str) -> str:
    """Decode one word, or any text, from an old encoding to Unicode (NFC). Characters that the encoding does
    not have stay. `encoding` is one of ENCODINGS; KeyError when it is not."""
    if encoding == VNI:
        return _decode_vni(word)
    if encoding == TCVN3:
        # LibreOffice writes an optional hyphen beside the letter "ư" as a second soft hyphen.
        word = re.sub("\xad+", "\xad", word)
    table = _TABLES[encoding]
    return unicodedata.normalize("NFC", "".join(table.get(char, char) for char in word))


def bare(word: str) -> tuple[str, str, str]:
    """Take quotation marks and dashes off both ends of a word; (what was before it, the word, what was after it).
    In VISCII and VPS the same bytes may be letters."""
    inner = word.strip(_QUOTES)
    start = word.find(inner) if inner else 0
    return word[:start], inner, word[start + len(inner) :]


def _decode_vni(word: str) -> str:
    out = ""
    for at, char in enumerate(word):
        if char in _VNI_MARKS and at and word[at - 1] in _VNI_BASES:
            out += _VNI_MARKS[char]
        else:
            out += _VNI_LETTERS.get(char, char)
    return unicodedata.normalize("NFC", out)
