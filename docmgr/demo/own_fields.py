"""The fields of its own that the demonstration agency has for resolutions."""

# Fields of one's own for resolutions: their names, with the items to choose from; and the chosen items by the code of the field.
RESOLUTION = "nghi-quyet-hoi-nghi"
OWN_FIELDS = (
    ("Kỳ họp", ("Thường lệ", "Bất thường")),
    ("Người ký trình", ("Giám đốc", "Phó Giám đốc", "Chánh Văn phòng")),
)
OWN_VALUES = {"ky_hop": ["Thường lệ"], "nguoi_ky_trinh": ["Chánh Văn phòng"]}
