"""Documents that a person takes to edit them (giữ để sửa), so that nobody else changes them meanwhile. Whether one is taken
decides services.access.checkouts."""
