"""The pages of the window, one file each, none of which knows another."""
