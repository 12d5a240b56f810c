"""What happened against what the plan wanted."""
