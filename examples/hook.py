"""Print the messages of `gongkai notify` that come to a webhook on this machine: what to try alerts with.

    python3 examples/hook.py [PORT]

An alert reaches it with `to = ["json://127.0.0.1:9000/hook"]`. Ctrl-C ends it.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Hook(BaseHTTPRequestHandler):
    """Takes a message, prints it, and says that it has arrived."""

    def do_POST(self) -> None:
        """Answer a message."""
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        print(message["title"], message["message"], sep="\n", flush=True)
        self.send_response(200)
        self.end_headers()


server = HTTPServer(("127.0.0.1", int(sys.argv[1]) if sys.argv[1:] else 9000), Hook)
print(f"listening at json://127.0.0.1:{server.server_port}/hook", flush=True)
server.serve_forever()
