"""After the plan: what it promises, what became of it, and the next one."""
