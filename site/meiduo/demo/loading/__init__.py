"""Getting the demo shop into the database, safe to run any number of times."""
