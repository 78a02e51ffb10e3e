"""What inspections are made of besides their findings: the plan of a year, teams, checklists and their lines."""
