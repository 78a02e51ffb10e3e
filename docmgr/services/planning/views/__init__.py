"""The plan seen whole: which items a list or a view has, and views that count them by day, section, unit and legal basis."""
