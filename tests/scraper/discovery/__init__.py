"""Discovery: words, pages, and whole sites on loopback."""
