"""Pages of the registers, of the series of numbers, and the forms that give numbers."""
