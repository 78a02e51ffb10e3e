"""Pages of reading receipts: the table with the form that asks, and the button that confirms."""
