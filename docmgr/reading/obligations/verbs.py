"""Tables of the words that oblige: verbs of office work, adverbs before them, and words such as "có trách nhiệm".

A verb alone obliges only where nothing else stands before it than adverbs, time or conditions ("Hằng năm, xây dựng …").
"""

from __future__ import annotations

import re

_VERBS = """
áp dụng|bàn giao|ban hành|bảo đảm|bảo quản|bảo vệ|báo cáo|bám sát|biên soạn|biên tập|biểu dương|bố trí|bồi dưỡng|bổ nhiệm|bổ sung|
cá thể hóa|cải cách|cải tạo|cải tiến|cân đối|cập nhật|chấm dứt|chấn chỉnh|chấp hành|chỉ đạo|chia sẻ|chịu trách nhiệm|chọn|chủ trì|
chủ động|chuẩn bị|chuẩn hóa|chuyển|chú trọng|công bố|công khai|công nhận|củng cố|cung cấp|cụ thể hóa|cử|dự trù|duy trì|duyệt|
đưa|đa dạng hóa|đánh giá|đào tạo|đảm bảo|đăng ký|đăng tải|đấu tranh|đầu tư|đẩy mạnh|đẩy nhanh|đề xuất|đề cao|đề ra|điều chỉnh|điều động|
điều hành|điều tra|đính chính|định hướng|đối chiếu|đối thoại|đổi mới|động viên|đôn đốc|đọc|giải đáp|giải quyết|giải trình|giám sát|
giáo dục|giao|giữ gìn|giữ vững|giới thiệu|góp phần|gửi|gởi|gương mẫu|hiện đại hóa|hiệp thương|hình thành|hoàn chỉnh|hoàn thành|
hoàn thiện|hỗ trợ|họp|huy động|hướng dẫn|hưởng ứng|in ấn|luân chuyển|số hóa|đồng bộ|kê khai|kết nối|kết hợp|khai thác|khảo sát|khắc phục|khen thưởng|
khuyến khích|khử trùng|kiến nghị|kiểm điểm|kiểm kê|kiểm soát|kiểm tra|kiện toàn|ký|lãnh đạo|làm đầu mối|làm tốt|làm rõ|lập|lấy ý kiến|
lồng ghép|lòng ghép|lựa chọn|lưu trữ|mẫu hóa|miễn nhiệm|mời|mở|mua sắm|nâng cao|nắm|nắm bắt|nêu cao|ngăn chặn|nghiên cứu|nghiêm cấm|
nhân rộng|nhấn mạnh|niêm yết|nộp|phát hành|phát hiện|phát động|phát huy|phát phiếu|phát triển|phản ánh|phản hồi|phân bổ|
phân cấp|phân công|phân loại|phân tích|phân định|phấn đấu|phê duyệt|phối hợp|phổ biến|phòng ngừa|phòng, chống|phụ trách|phục vụ|
quan tâm|quán triệt|quản lý|quyết toán|ra soát|rà soát|rà soát|rút kinh nghiệm|sao gửi|sắp xếp|sơ kết|sử dụng|sửa chữa|sửa đổi|
tạo điều kiện|tạo không khí|tăng cường|tập huấn|tập hợp|tập trung|tập thể hóa|tham dự|tham gia|tham mưu|thanh tra|thay thế|thẩm định|
theo dõi|thể chế hóa|thi hành|thiết lập|thông báo|thông tin|thống kê|thống nhất|thu thập|thu hút|thúc đẩy|thực hành|thực hiện|
thành lập|tiến hành|tiếp công dân|tiếp nhận|tiếp thu|tiếp tục|tích cực|tổ chức|tổng hợp|tổng kết|tổng điều tra|tra cứu|trang bị|
trao đổi|trả lời|trích|trình|triển khai|triệu tập|tư vấn|tuân thủ|tuyên truyền|tuyển dụng|tự kiểm tra|tự đánh giá|ứng dụng|
ưu tiên|vận dụng|vận động|vận hành|xác định|xác minh|xây dựng|xem xét|xét|xếp loại|xử lý|yêu cầu|đề nghị|niêm phong|soạn thảo|
gắn|cam kết|tôn vinh|phân giao|lưu|khẩn trương triển khai|thực thi|trưng bày|truyền thông|treo|trang trí|chăm lo|đặt|cấp|chi trả|bầu
"""
# Nouns and other words that begin like a verb of the table.
_NO_VERB = {
    "cử": "tri|nhân", "trình": "tự|độ", "chuyển": "đổi", "lập": "trường|luận|pháp", "mở": "rộng", "ký": "hiệu|túc", "thông tin": "điện tử|đại chúng",
    "tập trung": "vào", "quyết định": "việc", "tổ chức": "chính trị|thành viên|xã hội|phụ trách|đảng|đoàn thể|kinh tế|cơ sở|hội (?!nghị|thi|thảo)|cá nhân",
    "xét": "nghiệm", "lưu": "ý", "gắn": "với|liền", "giao": "thông|dịch|tiếp", "đặt": "biệt",
}  # fmt: skip
_ENUMERATED = frozenset({"tổ chức"})


def _pattern(verb: str) -> str:
    """The pattern of a verb of the table, without the nouns that begin like it."""
    comma = "(?!, (?:đơn vị|cá nhân|cơ quan))" if verb in _ENUMERATED else ""
    return verb + comma + (rf"(?!\s(?:{_NO_VERB[verb]})(?!\w))" if verb in _NO_VERB else "")


_ALL = {one.strip() for one in _VERBS.replace("\n", "").split("|")} - {""}
VERBS = "|".join(map(_pattern, sorted(_ALL, key=len, reverse=True)))

ADVERBS = (
    "trực tiếp|thường xuyên|kịp thời|chủ động|tích cực|tiếp tục|nghiêm túc|khẩn trương|định kỳ|quyết liệt|từng bước|đồng thời|cùng|"
    "không|chỉ được|sẽ|cần|phải|chịu trách nhiệm|có trách nhiệm|có nhiệm vụ|được giao|được phân công|tự|cùng với|sớm|phối hợp|"
    "tập trung|thống nhất|nghiêm cấm|không được|hằng năm|hàng năm|hằng tháng|hàng tháng|hằng quý|hàng quý|nhanh chóng|triệt để|cũng|đều"
)
MODAL = "có trách nhiệm|có nhiệm vụ|chịu trách nhiệm|phải|cần phải|cần"
# A bare infinitive: adverbs, then a verb.
BARE = re.compile(rf"(?:(?:{ADVERBS})[\s,]+(?:và\s+)?){{0,4}}(?P<verb>{VERBS})(?!\w)", re.IGNORECASE)
# The first verb or modal word after a name. Small letters only: "phòng Tổ chức cán bộ" is a name.
# After these a verb is a noun or a part of a name ("Đoàn kiểm tra", "ban lãnh đạo", "việc thực hiện").
_NOUNS = (
    "ban (?=[lq])|ban (?=chỉ)|của |về |việc |công tác |để |nhằm |được |sự |các đoàn |Đoàn |các tổ |Tổ |Ban |lĩnh vực |chế độ |nhiệm vụ |"
    "bằng |khi |quy trình |nội dung |hoạt động |trực tiếp quản |bầu |ứng |đề "
)
_NOT_AFTER = "".join(f"(?<!{words})" for words in _NOUNS.split("|"))
_NAMED = r"(?!phụ trách|quản lý|giới thiệu(?! người ứng cử vào)|giao(?! )|gắn|đặt|cấp|bầu|lưu|in|trích|xét|mở)"
AFTER_NAME = re.compile(
    rf"(?<=\s){_NOT_AFTER}(?:(?P<modal>{MODAL}|sẽ|không được|được giao|được phân công)|(?:{ADVERBS})(?=[\s,])|"
    rf"{_NAMED}(?:{VERBS})|Phối hợp với|Chủ trì)(?!\w)"
    r"|(?<=\s)căn cứ(?!\w)|(?<=\s)(?:chậm nhất|muộn nhất|trước(?= (?:ngày|khi|tháng|quý|\d)))(?!\w)|(?<=\s)(?:trên cơ sở|theo chức năng)(?!\w)"
)
NOUN_BEFORE = re.compile(r"(?:các|mọi|cơ quan,|hoặc) $", re.IGNORECASE)
STRONG = re.compile(r"(?<=\s)(?:có trách nhiệm|có nhiệm vụ)(?!\w)")
# Orders to somebody who is named after them.
ORDERS = re.compile(r"(?:Giao|Yêu cầu|Đề nghị|Phân công|Ủy quyền|đề nghị|yêu cầu|giao)\s+(?:cho\s+)?")
# What stands before who acts or what is to be done, and obliges nobody by itself.
LEAD = re.compile(
    r"(?:căn cứ|trên cơ sở|theo|sau|trước|khi|trong|từ|để|nhằm|đối với|trường hợp|nếu|hằng|hàng|định kỳ|thông qua|tại|tùy|qua|chậm nhất|đến|"
    r"bên cạnh|đồng thời|ngoài ra|với|được|giai đoạn|thực hiện chỉ đạo|kể từ|ngay|cuối|đầu|mỗi|cùng với|bằng|lưu ý|riêng|vào|"
    r"trên tinh thần|chính vì|do đó|vì vậy|bảo đảm cho|xuất phát|như vậy|tuy nhiên|bên cạnh đó|quý|tháng|năm|ngày|trong đó|\(\d\))(?!\w)",
    re.IGNORECASE,
)
# A period at the beginning, after which the act follows without a comma.
PERIOD = re.compile(
    r"(?:định kỳ\s+)?(?:(?:\d{1,2}|sáu|ba|một)\s+(?:tháng|năm|quý|tuần)(?:\s*(?:một|01|/)\s*lần)?|h[ằà]ng\s+(?:năm|tháng|quý|tuần)|"
    r"(?:cuối|đầu|sau|mỗi)\s+(?:mỗi\s+)?(?:năm học|học kỳ|năm|tháng|quý|tuần)|"
    r"(?:trước|chậm nhất|muộn nhất|trong|đến)\s[^,;:]{0,30}?(?:/\d{4}|năm\s+\d{4}))[\s,]+",
    re.IGNORECASE,
)
CONDITION = re.compile(r"(?:trường hợp|nếu|đối với|trong trường hợp|khi)(?!\w)", re.IGNORECASE)
# Sentences that give rights, define, or tell what was or is.
NO_DUTY = re.compile(
    r"(?<!\w)(?:có quyền|được quyền|có thể(?! [^.;]{0,80}phải)|là cơ sở|được hiểu|đã(?! được (?:giao|phân công|ban hành|phê duyệt))(?= \w+ (?:\w+ )?"
    r"(?:được|tốt|xong))|không phải là|nghĩa là|bao gồm|gồm có|hết hiệu lực|có hiệu lực)(?!\w)",
    re.IGNORECASE,
)
CLOSING = re.compile(r"^(?:Trên đây là|Căn cứ (?:hướng dẫn|kế hoạch|nội dung kế hoạch|chỉ thị) này, (?:đề nghị|yêu cầu)|Nhận được)", re.IGNORECASE)
# An act that is told without who does it. "phải" is an adverb as well, so the row of adverbs is bounded.
MUST = re.compile(
    r"(?<!\w)phải\s+(?:được\s+)?(?!(?:bảo đảm|đảm bảo)(?![^.;]{0,90}(?:ít nhất|\d+ ?%))|thể hiện|ghi|đúng|phù hợp|có |là |đáp ứng|"
    r"đạt|đóng dấu|thực sự|thường xuyên, |không |mang|trên|gắn|xử lý giấy)"
    rf"(?=(?:(?:{ADVERBS})\s+){{0,4}}(?:{VERBS}|đưa|đánh|tiến hành|kèm|nghe|báo))",
)
BY = re.compile(rf"(?<!\w)do\s(?P<who>[^.;:]{{4,200}}?)\s(?:{VERBS})(?!\w)")
PASSIVE = re.compile(r"(?<!\w)được\s+(?:tổ chức|tiến hành|thực hiện|hoàn thành|gửi ngay|gửi)(?!\w)")
# A sentence with a colon that only announces a list; the words of `THUS` may also end an order.
ANNOUNCES = re.compile(
    r"(?:nhiệm vụ|nội dung|công việc|hoạt động|hình thức|biện pháp|trình tự|bước|giải pháp|chỉ tiêu|yêu cầu|việc|quy trình)(?: \w+){0,3}?"
    r"(?: sau(?: đây)?)?\s*:$",
    re.IGNORECASE,
)
THUS = re.compile(r"(?:như sau|sau đây|có trách nhiệm|có nhiệm vụ)\s*:$", re.IGNORECASE)
TOPIC_DUTY = re.compile(r"^(?:kịp thời|thường xuyên|định kỳ|hằng năm|hàng năm)\s", re.IGNORECASE)
