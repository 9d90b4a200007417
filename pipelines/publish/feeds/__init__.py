"""Atom feeds of a corpus: new replies, those of one agency or of a search, changes, trouble.

A feed is a function of the corpus and of the address where its pages are served: the same rows give the same bytes.
`write` makes files of them at publish, `route` answers with them inside Datasette.
"""

from pipelines.publish.feeds.files import FOLDER, write

__all__ = ["FOLDER", "write"]
