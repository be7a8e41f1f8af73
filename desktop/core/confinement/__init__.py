"""What the operating system can keep a process of ours from doing, set by that process itself before risky work."""
