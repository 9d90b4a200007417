"""The settings of the project with what a caller chose."""

from __future__ import annotations

from scrapy.settings import Settings

from scraper import settings as project


def project_settings(contact: str | None, proxy: str | None, log_level: str) -> Settings:
    """`scraper.settings`, and on top of it who may be asked, the way to the network, and how much is logged."""
    settings = Settings()
    settings.setmodule(project, priority="project")
    settings.set("HUBEI_REPLIES_CONTACT", contact, priority="cmdline")
    settings.set("LOG_LEVEL", log_level, priority="cmdline")
    if proxy is not None:
        settings.set("HUBEI_REPLIES_PROXY", proxy, priority="cmdline")
    return settings
