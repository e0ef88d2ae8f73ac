"""What practice leads to: levels and readiness with their doubt, and learning rates."""
