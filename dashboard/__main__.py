"""`python -m dashboard`: serve the installation that the UNIONBOARD_… variables name."""

import argparse
from dataclasses import replace

from dashboard.server import serve
from warehouse import settings
from warehouse.access import sign_in
from warehouse.system import host_names, tls


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m dashboard")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument(
        "--allow-host", action="append", default=[], help="another name that is answered to; may be repeated"
    )
    arguments = parser.parse_args()
    told = tuple(host_names.told(name, "--allow-host") for name in arguments.allow_host)
    named = settings.load()
    if (problem := sign_in.problem_of(named, arguments.host) or tls.problem_of_files()) is not None:
        parser.exit(1, f"{problem}\n")
    serve(replace(named, allow_hosts=(*named.allow_hosts, *told)), arguments.host, arguments.port)


if __name__ == "__main__":
    main()
