"""Tasks of a plan from a workbook: uploaded, its columns mapped, tried without storing anything, and then all tasks or none."""
