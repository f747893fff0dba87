import asyncio
import os

PID = os.getpid()
loop = asyncio.new_event_loop()
