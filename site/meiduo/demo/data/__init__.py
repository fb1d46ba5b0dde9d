"""What the demo shop sells and says, as plain values; nothing here touches the database."""
