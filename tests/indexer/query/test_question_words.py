"""Words of a query that only ask: which they are, and which kind of question they make."""

import pytest

from indexer.query.parser import parse


@pytest.mark.parametrize(
    ("typed", "free", "kind"),
    [
        ("thử việc là gì", "thử việc", "definition"),
        ("thu viec la gi", "thu viec", "definition"),
        ("thử việc là gì?", "thử việc", "definition"),
        ("Thử việc LÀ GÌ", "thử việc", "definition"),
        ("thế nào là thử việc", "thử việc", "definition"),
        ("khái niệm hợp đồng lao động", "hợp đồng lao động", "definition"),
        ("thử việc được hiểu như thế nào", "thử việc", "definition"),
        ("thời gian thử việc bao lâu", "thời gian thử việc", "term"),
        ("thời gian thử việc bao lau", "thời gian thử việc", "term"),
        ("nghỉ phép năm bao nhiêu ngày", "nghỉ phép năm", "term"),
        ("thời hạn nộp đơn là bao nhiêu", "thời hạn nộp đơn", "term"),
        ("vượt đèn đỏ phạt bao nhiêu tiền", "vượt đèn đỏ phạt", "amount"),
        ("vượt đèn đỏ bị phạt thế nào", "vượt đèn đỏ bị phạt", "amount"),
        ("lương tối thiểu vùng là bao nhiêu", "lương tối thiểu vùng", "amount"),
        ("đăng ký kết hôn ở đâu", "đăng ký kết hôn", "where"),
        ("cơ quan nào cấp hộ chiếu", "cấp hộ chiếu", "where"),
        ("dang ky ket hon o dau", "dang ky ket hon", "where"),
        ("trợ giúp viên pháp lý do ai bổ nhiệm", "trợ giúp viên pháp lý bổ nhiệm", "who"),
        ("ai được cấp giấy chứng nhận", "cấp giấy chứng nhận", "who"),
        ("công ty có được đuổi việc bà bầu không", "công ty đuổi việc bà bầu", "yes_no"),
        ("người có công có được vay vốn không ạ", "người có công vay vốn", "yes_no"),
        ("nghỉ việc có phải báo trước không?", "nghỉ việc báo trước", "yes_no"),
        ("cho em hỏi ly hôn cần những gì", "ly hôn", "manner"),
        ("hồ sơ vay vốn gồm những gì", "hồ sơ vay vốn", "manner"),
        ("tại sao phải đóng thuế", "phải đóng thuế", "manner"),
        ("khi nào được nghỉ hưu", "được nghỉ hưu", "manner"),
        ("trợ cấp thôi việc được quy định như thế nào", "trợ cấp thôi việc", "manner"),
        ("lớp học có mấy học sinh", "lớp học có học sinh", "manner"),
    ],
)  # fmt: skip
def test_words_that_only_ask_are_not_searched_for(typed: str, free: str, kind: str) -> None:
    query = parse(typed)
    assert " ".join(query.free) == " ".join(dict.fromkeys(free.split()))
    assert query.question.kind == kind
    assert set(query.words) == set(query.free) and len(query.spoken) == 1


def test_telex_keystrokes_ask_too() -> None:
    assert parse("thuwr vieecj laf gif").question == parse("thử việc là gì").question
    assert parse("thuwr vieecj laf gif").free == ("thử", "việc")


@pytest.mark.parametrize(
    "typed",
    [
        "ở đâu đó",
        "bất kỳ người nào gây thiệt hại",
        "ai cũng có quyền",
        "cảng hàng không",
        "cang hang khong",
        "người có công",
        "bản sao giấy khai sinh",
        "chứng thực bản sao",
        "chung thuc ban sao",
        "hàng hóa thay thế",
        "được mùa",
        "không khí sạch",
        "hợp đồng không xác định thời hạn",
        "quy định về AI",
        "sua chua",
        "thuốc giảm dau",
        "cấp bậc nao",
        "quy chế dân chủ",
    ],
)
def test_ordinary_words_are_searched_for(typed: str) -> None:
    query = parse(typed)
    assert query.free == tuple(dict.fromkeys(typed.lower().split())) and not query.spoken
    assert query.question.kind == ""


@pytest.mark.parametrize("typed", ["là gì", "ở đâu", "bao nhiêu tiền", "có được không?", "ai có", "loại:luật là gì"])
def test_a_query_of_such_words_alone_is_taken_literally(typed: str) -> None:
    query = parse(typed)
    words = tuple(word for word in typed.strip("?").split() if ":" not in word)
    assert query.free == words and query.runs == (words,) and query.question.kind == "" and not query.spoken


@pytest.mark.parametrize(
    ("typed", "free"),
    [
        ('"là gì" thử việc', ("thử", "việc")),
        ("thử việc (là gì)", ("thử", "việc", "là", "gì")),
        ("thử việc +gì", ("thử", "việc", "gì")),
        ("thử việc gì^2", ("thử", "việc", "gì")),
    ],
)
def test_operators_keep_words_as_they_are(typed: str, free: tuple[str, ...]) -> None:
    query = parse(typed)
    assert query.free == free and not query.spoken and query.question.kind == ""


def test_with_or_every_word_stays() -> None:
    assert parse("thử việc OR học nghề là gì").words == ("thử", "việc", "học", "nghề", "là", "gì")


def test_the_words_to_define_are_known() -> None:
    assert parse("khái niệm tội phạm là gì").question.subject == ("tội", "phạm")
    assert parse("thế nào là tội phạm").question.subject == ("tội", "phạm")
    assert parse('"hợp đồng lao động" là gì').question.subject == ("hợp", "đồng", "lao", "động")
    assert parse("hồ sơ gồm những gì").question.subject == ()


def test_each_sentence_asks_for_itself() -> None:
    query = parse("công ty nợ lương có được không? mức phạt bao nhiêu")
    assert query.free == ("công", "ty", "nợ", "lương", "mức", "phạt") and query.question.kind == "amount"


def test_words_that_only_ask_are_not_beside_a_number() -> None:
    assert parse("nghị định 30/2020/NĐ-CP ban hành khi nào").words_beside[-2:] == ("ban", "hành")
    assert parse("điều 5 là gì").is_place and not parse("điều 5 đất đai là gì").is_place


def test_a_word_that_also_stands_elsewhere_is_searched_for() -> None:
    query = parse("hồ sơ không hợp lệ có được nhận không")
    assert query.free == ("hồ", "sơ", "không", "hợp", "lệ", "nhận")


def test_the_last_of_several_openings_asks() -> None:
    query = parse("hợp đồng có thời hạn có giá trị không")
    assert query.runs == (("hợp", "đồng", "có", "thời", "hạn"), ("giá", "trị"))


def test_a_word_ends_with_the_question() -> None:
    assert parse("nghị định nào thay thế").free == ("nghị", "định", "thay", "thế")
    assert parse("thế nào là hàng hóa thay thế").question.subject == ("hàng", "hóa", "thay", "thế")
    assert parse("bản sao là gì").question.subject == ("bản", "sao")
    assert parse("học phí bao nhiêu thế").free == ("học", "phí") and parse("bị phạt thì sao").free == ("bị", "phạt")
