import os
import sqlite3
import tempfile

PID = os.getpid()
connection = sqlite3.connect(f"{tempfile.mkdtemp()}/a.db")
connection.execute("CREATE TABLE t (a)")
