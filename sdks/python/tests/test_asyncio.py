"""In an event loop: nothing blocks it."""

from __future__ import annotations

import asyncio

from audioscape import AudioScape


def test_aflush_leaves_the_loop_running(server, control):
    async def main():
        async with AudioScape("k", endpoint=server.events) as client:
            client.track_play(1, 7)
            flushing = asyncio.create_task(client.aflush())
            while not await asyncio.to_thread(control.held):
                assert not flushing.done()
            control("POST", "/release")
            assert await flushing is True
            client.track_play(2, 7)
        assert client.stats.accepted == 2

    control.script({"fault": "hold"})
    asyncio.run(main())
    assert control.stored() == [1, 2]


def test_a_cancelled_aflush_loses_nothing(server, control):
    async def main():
        client = AudioScape("k", endpoint=server.events)
        client.track_play(1, 7)
        flushing = asyncio.create_task(client.aflush())
        while not await asyncio.to_thread(control.held):
            pass
        flushing.cancel()
        control("POST", "/release")
        await client.aclose()
        assert client.stats.accepted == 1

    control.script({"fault": "hold"})
    asyncio.run(main())
    assert control.stored() == [1]
