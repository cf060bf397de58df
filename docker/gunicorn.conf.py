"""How gunicorn serves the app in the image. ``WEB_CONCURRENCY`` sets the number of its workers."""

import os

bind = "0.0.0.0:8000"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
worker_class = "gthread"
# The proxy is the only one that can reach the port, and the app itself counts the proxies it trusts.
forwarded_allow_ips = "*"
worker_tmp_dir = "/dev/shm"  # noqa: S108 (the container's own)
graceful_timeout = 20
keepalive = 75
max_requests = 5000
max_requests_jitter = 500
accesslog = None
# Its socket would need a home to lie in, and nobody in the container talks to it.
control_socket_disable = True
