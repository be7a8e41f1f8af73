"""The benchmarks that a person can run: one file each, with the peers that are compared with."""
