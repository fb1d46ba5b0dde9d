"""What marketers edit."""
