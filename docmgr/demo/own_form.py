"""The form of the demonstration agency's own: its invitation to a conference, which asks for one thing more than that of the program."""

PAPER, FILE, NOTE = "conference_invitation", "Mau giay moi hoi nghi.docx", "Theo Quy chế làm việc của Sở"
# The words of the form to start from, and those of the agency.
OLD = "Đề nghị các đại biểu dự họp đầy đủ, đúng thành phần./."
NEW = "Đề nghị các đại biểu đọc trước tài liệu gửi kèm, dự họp đầy đủ, đúng thành phần./."
