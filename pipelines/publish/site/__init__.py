"""What a reader sees: the Chinese interface, the templates and the pages of the corpus inside stock Datasette.

Nothing here runs in a Datasette that serves no corpus of ours; see `corpora.recognised`.
"""
