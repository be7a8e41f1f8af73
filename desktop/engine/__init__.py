"""The model: llama.cpp in a process of its own, and what is known of this machine."""
