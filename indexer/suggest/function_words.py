"""Words that say nothing at the end of a query: a phrase never ends in one, and never consists of them alone."""

# "ở" also occurs within names ("dân chủ ở cơ sở").
AT = "ở"
CONNECTING = frozenset(
    """
    bằng bị bởi các cả cho chưa chỉ có còn của cũng cùng do dưới đã đang đây để đến đều được gồm hay hoặc hơn kèm khi không
    là lên mà mỗi một mới này nên nếu ngoài nhằm như nhưng những nơi ở phải qua ra rằng rất sau sẽ sang tại thì theo thuộc
    tới trên trong trước tuy từ và vào vẫn về vì với vừa xuống
    """.split()
)
# These demand a number or a letter behind them: "khoản 2", "điểm a", "không quá 30 ngày".
COUNTED = frozenset("khoản điểm điều chương quá".split())
ASKING = frozenset(
    """
    ai bao bạn biết chi chưa đâu đó em gì hả hỏi hay không khi là lâu mà mấy nào nhiêu như nhé ra sao tại tôi thế thì vậy vì à
    ạ ở có được bị phải
    """.split()
)


# As the second half of a word these connect nothing: "thiết bị", "chuẩn bị", "tiếp theo".
SECOND_HALVES = frozenset({"bị", "theo"})


def trails_off(word: str) -> bool:
    """Whether a phrase that ends in the syllable `word` leaves its reader waiting: "của", "được", "khoản"."""
    return word in CONNECTING or word in COUNTED
