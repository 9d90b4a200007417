"""Extraction over WARC files on many cores: plain functions, which any engine may call (docs/cluster.md)."""

from scraper.batch.extract import listed, listed_in, record_rows, rows
from scraper.batch.rows import SCHEMA_NAMES, Row

__all__ = ["SCHEMA_NAMES", "Row", "listed", "listed_in", "record_rows", "rows"]
