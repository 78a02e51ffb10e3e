"""Labels that reading makes up for provisions where the text prints none: opening, signature, bullets, paragraphs.

Decides the words that are kept with the text. In which language they are shown is for services.references.
"""

OPENING = "Phần mở đầu"
SIGNATURE = "Nơi nhận, chữ ký"
# Kind → the word before the number.
UNNUMBERED = {"gach": "Gạch đầu dòng", "cong": "Dấu cộng", "doan": "Đoạn"}
