"""Reading receipts ("Xác nhận đã đọc"): who may edit a document asks persons to confirm that they read it, and sees who did."""
