"""Links between a document and a task, an inspection or a finding."""
