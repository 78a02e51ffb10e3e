"""The names of the issuers of documents, and the symbols that document numbers carry for them.

The symbols follow Decree 30/2020/NĐ-CP, Appendix III, and published numbers. All names are in lower case and
without diacritics.
"""

import re

# Names without diacritics → symbols. Where one name begins another, the longer comes first. Several names may
# have one symbol.
SYMBOLS_OF_ISSUERS: dict[str, str] = {
    "chinh phu": "CP",
    "thu tuong chinh phu": "TTG",
    "thu tuong": "TTG",
    "quoc hoi": "QH",
    "uy ban thuong vu quoc hoi": "UBTVQH",
    "uy ban nhan dan tinh": "UBND",
    "uy ban nhan dan": "UBND",
    "hoi dong nhan dan tinh": "HDND",
    "hoi dong nhan dan": "HDND",
    "chu tich nuoc": "CTN",
    "bo cong an": "BCA",
    "bo cong thuong": "BCT",
    "bo dan toc va ton giao": "BDTTG",
    "bo giao duc va dao tao": "BGDDT",
    "bo giao duc dao tao": "BGDDT",
    "bo giao duc": "BGDDT",
    "bo giao thong van tai": "BGTVT",
    "bo giao thong": "BGTVT",
    "bo ke hoach va dau tu": "BKHDT",
    "bo khoa hoc va cong nghe": "BKHCN",
    "bo khoa hoc cong nghe": "BKHCN",
    "bo lao dong thuong binh va xa hoi": "BLDTBXH",
    "bo lao dong": "BLDTBXH",
    "bo ngoai giao": "BNG",
    "bo noi vu": "BNV",
    "bo nong nghiep va moi truong": "BNNMT",
    "bo nong nghiep va phat trien nong thon": "BNNPTNT",
    "bo nong nghiep": "BNN",
    "bo quoc phong": "BQP",
    "bo tai chinh": "BTC",
    "bo tai nguyen va moi truong": "BTNMT",
    "bo tai nguyen moi truong": "BTNMT",
    "bo tai nguyen": "BTNMT",
    "bo thong tin va truyen thong": "BTTTT",
    "bo thong tin truyen thong": "BTTTT",
    "bo tu phap": "BTP",
    "bo van hoa the thao va du lich": "BVHTTDL",
    "bo van hoa": "BVHTT",
    "bo xay dung": "BXD",
    "bo y te": "BYT",
    "ngan hang nha nuoc": "NHNN",
    "thanh tra chinh phu": "TTCP",
    "uy ban dan toc": "UBDT",
    "kiem toan nha nuoc": "KTNN",
    "toa an nhan dan toi cao": "TANDTC",
    "vien kiem sat nhan dan toi cao": "VKSNDTC",
    "hoi dong tham phan": "HDTP",
    "so giao duc va dao tao": "SGDDT",
    "so giao duc dao tao": "SGDDT",
    "so giao duc": "SGDDT",
    "so noi vu": "SNV",
    "so tai chinh": "STC",
    "phong giao duc va dao tao": "PGDDT",
    "phong giao duc dao tao": "PGDDT",
    "phong giao duc": "PGDDT",
}
# Spellings of "GD&ĐT" (education and training) in a query, also with a letter forgotten.
_EDUCATION = ("gd dt", "gddt", "gdt", "gd")
# Other ways in which people name the issuer of a number. "Trung ương" alone is left out ("nghị quyết trung ương
# 5").
_SAID_OF_ISSUERS = {
    "ubnd tinh": "UBND",
    "chu tich ubnd tinh": "UBND",
    "chu tich ubnd": "UBND",
    "hdnd tinh": "HDND",
    "thuong truc hdnd": "HDND",
    "bo chinh tri": "TW",
    "ban bi thu": "TW",
    "ban chap hanh trung uong": "TW",
    "tinh uy": "TU",
}
# Each ministry has a department in each province: "bo y te", BYT → "so y te", SYT.
SYMBOLS_WITH_DEPARTMENTS: dict[str, str] = SYMBOLS_OF_ISSUERS | {
    f"so {name.removeprefix('bo ')}": f"S{symbol[1:]}"
    for name, symbol in SYMBOLS_OF_ISSUERS.items()
    if name.startswith("bo ")
}
# Every name by which people call the issuer of a number → its symbol.
ISSUERS_OF_NUMBERS: dict[str, str] = {
    **SYMBOLS_WITH_DEPARTMENTS,
    **{
        f"{office} {spelling}": f"{office[0].upper()}GDDT"
        for office in ("bo", "so", "phong")
        for spelling in _EDUCATION
    },
    **_SAID_OF_ISSUERS,
}
# A longer name comes before the shorter names that it begins with.
ISSUERS_FIRST = sorted(ISSUERS_OF_NUMBERS, key=len, reverse=True)
ISSUED = frozenset(ISSUERS_OF_NUMBERS.values())
_CARELESS = re.compile(r"(?<=[BSP])GDT$")


def spelled_out(symbol: str) -> str:
    """Restore a missing D in `symbol`, one piece of the symbol in a document number. People often forget it in
    the symbol of an education authority: "BGDT" gives "BGDDT". Any other piece is returned unchanged."""
    return _CARELESS.sub("GDDT", symbol)
