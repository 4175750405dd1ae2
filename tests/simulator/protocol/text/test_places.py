"""URLs that nothing can be sent to, and names that Windows cannot store."""

from __future__ import annotations

import pytest

from simulator.protocol.text.places import name_fault, url_fault


@pytest.mark.parametrize("url", [
    "http://127.0.0.1:8081/notify", "https://his.example.com/a/b?c=d", "http://localhost", "http://[::1]:8080/x",
    "http://hospital_app:80/x", "http://host.docker.internal:65535", "http://xn--fsq.example/x", "http://10.0.0.1:81/x",
])  # fmt: skip
def test_urls_that_can_be_called(url):
    assert url_fault(url) is None


@pytest.mark.parametrize(("url", "word"), [
    ("http://127.0.0.1:0/x", "65535"), ("http://127.0.0.1:65536/x", "65535"), ("http://127.0.0.1:99999/x", "65535"),
    ("http://127.0.0.1:-1/x", "65535"), ("http://127.0.0.1:abc/x", "65535"), ("http://[::1/x", "65535"),
    ("ftp://a/x", "http://"), ("//a/x", "http://"), ("a.example/x", "http://"), ("", "http://"),
    ("http://", "主机名"), ("http:///x", "主机名"), ("http://:80/x", "主机名"), ("http://-a/x", "主机名"),
    ("http://a..b/x", "主机名"), ("http://256.1.1.1/x", "主机名"), ("http://127.1/x", "主机名"), ("http://1/x", "主机名"),
    ("http://a b/x", "空格"), ("http://a/x\n", "空格"), ("http://a/\x00", "空格"),
    ("http://u:p@a/x", "用户名"), ("http://u@a/x", "用户名"), ("http://a/x#y", "#"),
    ("http://" + "a" * 64 + "/x", "主机名"), ("http://" + "a." * 130 + "b/x", "主机名"), ("http://{host}/x", "主机名"),
])  # fmt: skip
def test_urls_that_cannot(url, word):
    fault = url_fault(url)
    assert fault is not None
    assert word in str(fault)


@pytest.mark.parametrize("name", ["run-1", "20261129-080910-ab12", "console", "com10", "nul_", "a.con"])
def test_names_that_every_system_stores(name):
    assert name_fault(name) is None


@pytest.mark.parametrize("name", [
    "con", "CON", "Nul.txt", "aux.", "com1", "LPT9.log", "com¹", "a.", "a ", "", "a/b", "a\\b", "a:b", "a?", "a\n", "con .x",
])  # fmt: skip
def test_names_that_windows_cannot_store(name):
    assert name_fault(name) is not None
