"""TLS with client certificates in front of a unix socket, as buildkitd serves it over TCP.

usage: tls_proxy.py SOCKET PORT_FILE CA CERTIFICATE KEY      serves until its process ends
"""
import asyncio
import os
import ssl
import sys

SOCKET, PORT_FILE, CA, CERTIFICATE, KEY = sys.argv[1:]


async def copy(reader, writer):
    try:
        while data := await reader.read(1 << 16):
            writer.write(data)
            await writer.drain()
    except (ConnectionError, ssl.SSLError):
        pass
    finally:
        writer.close()


async def serve(reader, writer):
    inner_reader, inner_writer = await asyncio.open_unix_connection(SOCKET)
    await asyncio.gather(copy(reader, inner_writer), copy(inner_reader, writer))


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, KEY)
    context.load_verify_locations(CA)
    context.verify_mode = ssl.CERT_REQUIRED
    context.set_alpn_protocols(["h2"])
    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    with open(PORT_FILE + ".new", "w") as file:
        file.write(str(server.sockets[0].getsockname()[1]))
    os.rename(PORT_FILE + ".new", PORT_FILE)
    async with server:
        await server.serve_forever()


asyncio.run(main())
