"""Finding the columns that list replies, from a home page, with few requests.

`words` weighs a link, `links` takes a page apart, `judge` says what a page lists, `search` decides what to ask for next,
`proposal` chooses among what was found and writes the declaration, `spider` asks.
"""
