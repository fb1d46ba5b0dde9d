"""An app of the fault tests: tasks that wait, fail and kill on word, run by a real consumer."""
