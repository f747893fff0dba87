import threading

threading.Thread(target=threading.Event().wait, name="started by an import", daemon=True).start()
