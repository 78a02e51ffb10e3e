"""The conference of the demonstration agency; its resolution is the text nghi-quyet-hoi-nghi."""

PLACE, CHAIR, SECRETARY = "Hội trường Sở", "Giám đốc Sở và Chủ tịch Công đoàn cơ quan Sở", "Văn phòng Sở"
AGENDA = """Báo cáo tổng kết năm {previous} và phương hướng, nhiệm vụ năm {year}
Sửa đổi Quy chế thực hiện dân chủ và Quy chế chi tiêu nội bộ
Bầu Ban Thanh tra nhân dân
Thông qua nghị quyết hội nghị"""
INVITED, PRESENT = 98, 92
# Question, and how many agreed, disagreed and had another opinion.
VOTES = (
    ("Sửa đổi Quy chế thực hiện dân chủ và Quy chế chi tiêu nội bộ", 88, 1, 3),
    ("Thông qua nghị quyết hội nghị", 92, 0, 0),
)
