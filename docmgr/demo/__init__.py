"""The demonstration agency: its texts, and the office files made from them. Everything here was written for it."""
