"""Files to take away: the replies of each year and the tables beside them as CSV, everything as JSON lines, Parquet, a
small database to try things out, and a description of them all for machines.

A function of the corpus: the same corpus gives the same bytes, with one version of the libraries. Made at publication,
into the folder of the snapshot, so that sizes and checksums are known and a download never mixes two snapshots.

Nothing is imported here: a process that only writes the lines need not load what the small database is made with.
"""
