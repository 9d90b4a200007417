"""Downloader middlewares, from the engine to the network: hosts, robots, retry, redirect, archive."""
