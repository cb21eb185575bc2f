"""`python -m dashboard`: serve the installation that the UNIONBOARD_… variables name."""

import argparse

from dashboard.server import serve
from warehouse import settings


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m dashboard")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8501)
    arguments = parser.parse_args()
    serve(settings.load(), arguments.host, arguments.port)


if __name__ == "__main__":
    main()
