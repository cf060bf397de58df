"""How gunicorn serves the app. It reads this file whenever it is started in this folder; the command line wins.

``WEB_CONCURRENCY`` sets the number of workers.
"""

import os

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
# Bodies are read and responses sent without holding a thread, so slow clients hold up nobody.
worker_class = "config.buffered_worker.BufferedWorker"
threads = 4
# No header may change where the app believes it is: SCRIPT_NAME would get past the rules about the desk's address.
forwarder_headers = ""
# The app counts the proxies that it trusts itself (TRUSTED_PROXIES).
forwarded_allow_ips = ""
# A request must arrive within this time. Files of walks may take longer (config/buffered_worker.py).
timeout = 60
keepalive = 75
graceful_timeout = 20
max_requests = 5000
max_requests_jitter = 500
accesslog = None
# Nobody talks to it.
control_socket_disable = True
