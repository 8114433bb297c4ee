"""A proxy that plays the hosts in /hosts itself and lets everything else pass.

Steps of a build reach it as the proxy of HTTPS_PROXY and HTTP_PROXY, and trust its authority by the ca-bundle secret: the
addresses in the build stay those of the real hosts. Each request to a host that it plays is a line of its output.
"""

import http.client
import os
import select
import socket
import ssl
import subprocess
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

HOSTS = Path("/hosts")
PORT = 3128
TLS = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
TLS.load_cert_chain("/fake-hosts/hosts.pem", "/fake-hosts/hosts.key")


def tell(*words):
    """A line in one piece, since many requests are answered at once."""
    print(" ".join(map(str, words)) + "\n", end="", flush=True)


class Site(BaseHTTPRequestHandler):
    """Files of one host, and its git repositories."""

    protocol_version = "HTTP/1.1"
    host = None

    def do_GET(self):
        self.answer(self.host, self.path)

    do_HEAD = do_POST = do_GET

    def answer(self, host, path):
        path, _, query = path.partition("?")
        path = unquote(path)
        if self.is_stranger(host):
            tell(host, path, "refused")
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="fake-hosts"')
            self.finish_with(b"who is there?\n")
            return
        tell(host, path)
        if ".git/" in path:
            self.repository(host, path, query)
            return
        file = HOSTS / host / path.lstrip("/")
        if file.is_dir():
            file /= "index.html"
        content = file.read_bytes() if file.is_file() else b"not here\n"
        self.send_response(200 if file.is_file() else 404)
        # An index is read by those only who are told that it is one.
        if file.suffix == ".html":
            self.send_header("Content-Type", "text/html")
        self.finish_with(content)

    def is_stranger(self, host):
        """Whether the host asks for a user and a password, `USER:PASSWORD` in its file `.password`, and got no such ones."""
        wanted = HOSTS / host / ".password"
        if not wanted.is_file():
            return False
        return self.headers.get("Authorization") != "Basic " + b64encode(wanted.read_bytes().strip()).decode()

    def repository(self, host, path, query):
        length = int(self.headers.get("Content-Length") or 0)
        env = os.environ | {
            "GIT_PROJECT_ROOT": str(HOSTS / host),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(length),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
        }
        said = subprocess.run(["git", "http-backend"], env=env, input=self.rfile.read(length), stdout=subprocess.PIPE)
        head, _, body = said.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().splitlines())
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        for name, value in fields.items():
            self.send_header(name, value)
        self.finish_with(body)

    def finish_with(self, content):
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_):
        pass


class Proxy(Site):
    """What a client asks of a proxy: a tunnel, or a whole address."""

    def do_CONNECT(self):
        host, _, port = self.path.rpartition(":")
        self.close_connection = True
        self.connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        if (HOSTS / host).is_dir():
            inside = type("Inside", (Site,), {"host": host})
            try:
                inside(TLS.wrap_socket(self.connection, server_side=True), self.client_address, self.server)
            except (ssl.SSLError, ConnectionError) as error:
                tell(host, "broke off:", error)
            return
        tell(host, "passes")
        with socket.create_connection((host, int(port))) as other:
            tunnel(self.connection, other)

    def do_GET(self):
        address = urlsplit(self.path)
        if (HOSTS / address.hostname).is_dir():
            self.answer(address.hostname, address.path)
            return
        connection = http.client.HTTPConnection(address.hostname, address.port or 80, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
        connection.request(self.command, address.path or "/", headers=headers)
        answer = connection.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("connection", "transfer-encoding", "content-length", "server", "date"):
                self.send_header(name, value)
        self.finish_with(content)
        connection.close()

    do_HEAD = do_POST = do_GET


def tunnel(one, other):
    pairs = {one: other, other: one}
    while True:
        for ready in select.select(list(pairs), [], [])[0]:
            try:
                content = ready.recv(1 << 16)
            except ConnectionError:
                content = b""
            if not content:
                return
            pairs[ready].sendall(content)


if __name__ == "__main__":
    ThreadingHTTPServer.request_queue_size = 128
    server = ThreadingHTTPServer(("0.0.0.0", PORT), Proxy)
    print("ready", flush=True)
    server.serve_forever()
