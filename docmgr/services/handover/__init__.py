"""Packages of case files for the archive (giao nộp hồ sơ, tài liệu vào lưu trữ; Decree 30/2020/NĐ-CP, Article 30 and Annex V)."""
