"""The conference of the demonstration agency; its resolution is the text nghi-quyet-hoi-nghi."""

PLACE, CHAIR, SECRETARY = "Hội trường Sở", "Giám đốc Sở và Chủ tịch Công đoàn cơ quan Sở", "Văn phòng Sở"
AGENDA = """Báo cáo tổng kết năm {previous} và phương hướng, nhiệm vụ năm {year}
Sửa đổi Quy chế thực hiện dân chủ và Quy chế chi tiêu nội bộ
Bầu Ban Thanh tra nhân dân
Thông qua nghị quyết hội nghị"""
INVITED, PRESENT = 98, 92
RESOLUTION, HELD, ANNOUNCED = "nghi-quyet-hoi-nghi", "{year}-02-05", "{year}-02-12"
# Question, and how many agreed, disagreed and had another opinion.
VOTES = (
    ("Sửa đổi Quy chế thực hiện dân chủ và Quy chế chi tiêu nội bộ", 88, 1, 3),
    ("Bầu Ban Thanh tra nhân dân gồm 05 thành viên", 90, 0, 2),
    ("Thông qua nghị quyết hội nghị", 92, 0, 0),
)
# Points of the resolution that became tasks: title, unit, words of the resolution, day, state.
POINTS = (
    (
        "Bảo đảm 100% nhiệm vụ được giao hoàn thành đúng hạn, không để hồ sơ quá hạn", "VP",
        "Hoàn thành 100% nhiệm vụ được giao đúng hạn", "{year}-12-31", "doing",
    ),
    ("Phát động thi đua; mỗi phòng đăng ký ít nhất 01 mô hình dân chủ", "CĐ", "mỗi phòng đăng ký ít nhất 01 mô hình dân chủ", "{year}-04-30", "done"),
)  # fmt: skip
# The conference that a school prepares.
SCHOOL_PLACE, SCHOOL_CHAIR, SCHOOL_AGENDA, SCHOOL_INVITED = "Phòng họp Trường", "Hiệu trưởng và Chủ tịch Công đoàn Trường", "Báo cáo năm học\nThông qua quy chế dân chủ của Trường", 64
