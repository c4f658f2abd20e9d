"""A TCP relay that holds every message for half of a given round trip in each direction."""

import asyncio
import contextlib
import threading
from urllib.parse import urlsplit, urlunsplit


async def carry(reader, writer, delay: float):
    """Keeps the order and does not add delays up: each piece leaves `delay` after it came."""
    loop = asyncio.get_running_loop()
    queue = asyncio.Queue()

    async def send():
        while True:
            due, data = await queue.get()
            await asyncio.sleep(max(0.0, due - loop.time()))
            if not data:
                break
            writer.write(data)
        writer.close()

    sender = asyncio.ensure_future(send())
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(1 << 16):
            queue.put_nowait((loop.time() + delay, data))
    queue.put_nowait((loop.time() + delay, b""))
    with contextlib.suppress(ConnectionError):
        await sender


@contextlib.contextmanager
def delayed(url: str, round_trip: float):
    """Gives the URL of a relay to the server that `url` names."""
    parts = urlsplit(url)
    loop = asyncio.new_event_loop()

    async def serve(reader, writer):
        with contextlib.suppress(ConnectionError):
            server_reader, server_writer = await asyncio.open_connection(parts.hostname, parts.port)
            await asyncio.gather(carry(reader, server_writer, round_trip / 2),
                                 carry(server_reader, writer, round_trip / 2))

    server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    port = server.sockets[0].getsockname()[1]
    login = parts.netloc.rpartition("@")[0]
    try:
        yield urlunsplit(parts._replace(netloc=f"{login}@127.0.0.1:{port}"))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
