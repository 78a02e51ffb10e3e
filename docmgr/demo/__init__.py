"""The demonstration agency: its texts, and the office files that are made from them. All texts were written
for this purpose."""
