"""A TLS proxy of the test's own before a simulator on loopback, for clients that write their host into their code.

It answers CONNECT for one host, ends TLS with a certificate of a CA made for this test, and passes the plain bytes on;
`X-Forwarded-Proto` says what the client speaks. The product has no such thing yet (issue 9, part 7).
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "api.mch.weixin.qq.com"
DAY = timedelta(days=1)


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A CA (what the client trusts) and a leaf for HOST with its key (what the proxy shows)."""
    now, keys = datetime.now(UTC), [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        for name in ("liantiao interop test CA", HOST)
    ]
    ca = (
        x509.CertificateBuilder(names[0], names[0], keys[0].public_key(), 1, now - DAY, now + DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.NameConstraints([x509.DNSName(HOST)], None), critical=True)
        .add_extension(
            x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(keys[0].public_key()), critical=False)
        .sign(keys[0], hashes.SHA256())
    )
    leaf = (
        x509.CertificateBuilder(names[0], names[1], keys[1].public_key(), 2, now - DAY, now + DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(keys[0].public_key()), critical=False
        )
        .sign(keys[0], hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    key = keys[1].private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    bundle, shown = folder / "ca.pem", folder / "leaf.pem"
    bundle.write_bytes(ca.public_bytes(pem))
    shown.write_bytes(key + leaf.public_bytes(pem))
    return bundle, shown


@asynccontextmanager
async def proxying(folder: Path, port: int) -> AsyncIterator[dict[str, str]]:
    """The proxy before `127.0.0.1:port`; the environment that leads a client of `requests` through it."""
    bundle, shown = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown)

    async def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(f"CONNECT {HOST}:443 ".encode()):
                writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
                return
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await writer.drain()
            await writer.start_tls(context)
            await _passed(reader, writer, port)
        writer.close()

    server = await asyncio.start_server(taken, "127.0.0.1", 0)
    where = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield {
            "HTTPS_PROXY": where,
            "https_proxy": where,
            "REQUESTS_CA_BUNDLE": str(bundle),
            "NO_PROXY": "",
            "no_proxy": "",
        }
    finally:
        server.close()


async def _passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    """One request and its answer: the clients here open a connection for each."""
    head = await reader.readuntil(b"\r\n\r\n")
    inner_reader, inner = await asyncio.open_connection("127.0.0.1", port)
    lines = [line for line in head.split(b"\r\n") if line and not line.lower().startswith(b"connection:")]
    inner.write(b"\r\n".join([*lines, b"X-Forwarded-Proto: https", b"Connection: close", b"", b""]))
    length = next((int(line[15:]) for line in lines if line.lower().startswith(b"content-length:")), 0)
    inner.write(await reader.readexactly(length))
    await inner.drain()
    writer.write(await inner_reader.read())
    await writer.drain()
    inner.close()
