"""What happens to a task or an occurrence on its way besides its state: what it waits for, later days, who is in charge."""
