import os

PID = os.getpid()
count = 0
