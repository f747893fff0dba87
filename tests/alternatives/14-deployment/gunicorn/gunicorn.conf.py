bind = "0.0.0.0:8000"
workers = 2
worker_class = "asgi"
graceful_timeout = 7
accesslog = None
