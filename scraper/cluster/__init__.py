"""Many crawlers on one queue: see docs/cluster.md. Needs the extra `cluster`."""
