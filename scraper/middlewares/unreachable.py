"""Why no answer came, in words for the person who must act; what the library said follows in brackets."""

from __future__ import annotations

from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError, DownloadTimeoutError

MAX_REASON = 500

_CERTIFICATE = (
    # OpenSSL tells pyOpenSSL no more than that; service-identity compares the names.
    ("certificate verify failed", "网站的证书验证不了（过期、自签，或没有带全中间证书）"),
    ("Mismatch", "网站的证书是别的主机的"),
)


def why(error: Exception) -> str:
    """One line, at most 500 characters."""
    said = " ".join(f"{type(error).__name__}: {error}".split())
    return f"{_in_words(error, said)}（{said}）"[:MAX_REASON]


def _in_words(error: Exception, said: str) -> str:
    if isinstance(error, DownloadTimeoutError):
        return "超时"
    if isinstance(error, CannotResolveHostError):
        return "主机名解析不了"
    if isinstance(error, DownloadConnectionRefusedError):
        return "拒绝连接"
    for words, meaning in _CERTIFICATE:
        if words in said:
            return meaning
    if "SSL" in said or "TLS" in said:
        return "加密连接（TLS）没有谈成"
    return "连接中断或没有建成"
