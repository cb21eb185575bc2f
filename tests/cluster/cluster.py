"""A real Spark cluster on this machine: one master, two workers of one core and 1 GB each, and a Thrift server, every one a process of
its own, all on 127.0.0.1 on free ports.

`python -m tests.cluster.cluster FOLDER` keeps one until Ctrl-C and prints the variables that lead a refresh to it.
"""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warehouse.settings import CHECKOUT

PYTHON = CHECKOUT / ".venv-spark" / "bin" / "python"

# A busy machine takes minutes; what does not come up fails with what its log says.
PATIENCE = 240


# A server without memory would neither answer nor end. What lives for minutes is not worth the second compiler, nor threads that collect.
JAVA = "-XX:+ExitOnOutOfMemoryError -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


@dataclass
class Cluster:
    """The running processes by name (master, worker-1, worker-2, thrift), and where they write."""

    folder: Path
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead a refresh to the cluster."""
        return {
            "UNIONBOARD_SPARK_HOST": "127.0.0.1",
            "UNIONBOARD_SPARK_PORT": str(self.ports["thrift"]),
            "UNIONBOARD_SPARK_PARTITIONS": "2",
        }

    def start_master(self) -> None:
        """The master, waited for until it says that it listens."""
        self.ports |= {"master": _free_port(), "master-ui": _free_port()}
        arguments = [
            "--host",
            "127.0.0.1",
            "--port",
            str(self.ports["master"]),
            "--webui-port",
            str(self.ports["master-ui"]),
        ]
        self._start("master", ["spark-class", "org.apache.spark.deploy.master.Master", *arguments], "256m")
        self._wait_for("master", r"I have been elected leader")

    def start_worker(self, name: str) -> None:
        """A worker, not waited for; see `wait_for_workers`."""
        work = self.folder / name
        work.mkdir(exist_ok=True)
        arguments = ["--host", "127.0.0.1", "--webui-port", str(_free_port()), "-c", "1", "-m", "1g", "-d", str(work)]
        arguments.append(f"spark://127.0.0.1:{self.ports['master']}")
        self._start(name, ["spark-class", "org.apache.spark.deploy.worker.Worker", *arguments], "256m")

    def wait_for_workers(self) -> None:
        """Until every worker is known to the master."""
        for name in self.processes:
            if name.startswith("worker"):
                self._wait_for(name, r"Successfully registered with master")

    def start_thrift(self) -> None:
        """The Thrift server, waited for until it takes connections; the port stays the same when it is started again."""
        self.ports.setdefault("thrift", _free_port())
        self.ports["driver-ui"] = _free_port()
        metastore = self.folder / "metastore"
        for lock in metastore.glob("*.lck"):
            lock.unlink()
        settings = {
            "spark.hadoop.hive.server2.thrift.port": str(self.ports["thrift"]),
            "spark.hadoop.hive.server2.thrift.bind.host": "127.0.0.1",
            "spark.hadoop.hive.server2.authentication": "NOSASL",
            "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={metastore};create=true",
            "spark.sql.catalogImplementation": "hive",
            "spark.sql.warehouse.dir": (self.folder / "warehouse").as_uri(),
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.ui.port": str(self.ports["driver-ui"]),
            "spark.executor.memory": "700m",
            "spark.executor.extraJavaOptions": JAVA,
            "spark.sql.ui.retainedExecutions": "50",
            "spark.sql.session.timeZone": "UTC",
        }
        options = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
        main = ["--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2", "--driver-memory", "2g"]
        main += ["--driver-java-options", JAVA]
        master = ["--master", f"spark://127.0.0.1:{self.ports['master']}"]
        self._start("thrift", ["spark-submit", *main, *master, *options, "spark-internal"], None)
        self._wait_for("thrift", r"ThriftBinaryCLIService on port")
        self._wait_until(lambda: _answers(self.ports["thrift"]), "thrift")

    def kill(self, name: str) -> None:
        """SIGKILL of one process and, for a worker, of the executors it has started."""
        process = self.processes.pop(name)
        children = _below(process.pid)
        for pid in (process.pid, *children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()

    def finished_tasks(self) -> dict[str, int]:
        """By executor, the tasks it has completed."""
        import json

        base = f"http://127.0.0.1:{self.ports['driver-ui']}/api/v1/applications"
        [application] = _json(json, base)
        found = _json(json, f"{base}/{application['id']}/allexecutors")
        return {one["id"]: one["completedTasks"] for one in found if one["id"] != "driver"}

    def stop(self) -> None:
        """End what was started, the last first; whatever a worker started ends with it."""
        for process in reversed(self.processes.values()):
            children = _below(process.pid)
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            for pid in children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.processes.clear()

    def _start(self, name: str, command: list[str], memory: str | None) -> None:
        home = _spark_home()
        environment = {
            **os.environ,
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_DIRS": str(self.folder / "local"),
            "SPARK_WORKER_DIR": str(self.folder / "work"),
            "SPARK_CONF_DIR": str(self.folder / "conf"),
            "SPARK_DAEMON_JAVA_OPTS": JAVA,
        }
        # It would be the Thrift server's too, which needs more.
        environment.pop("SPARK_DAEMON_MEMORY", None)
        if memory:
            environment["SPARK_DAEMON_MEMORY"] = memory
        with self._log(name).open("wb") as log:
            self.processes[name] = subprocess.Popen(
                [str(home / "bin" / command[0]), *command[1:]],
                env=environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def _wait_for(self, name: str, said: str) -> None:
        self._wait_until(lambda: re.search(said, self._log(name).read_text(errors="replace")) is not None, name)

    def _wait_until(self, condition: Callable[[], bool], name: str) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            if self.processes[name].poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{name} did not come up:\n{self._log(name).read_text(errors='replace')[-4000:]}")
            time.sleep(0.2)


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster that writes to `folder`, stopped at the end. Raises RuntimeError, with the log's end, when it does not come up."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "conf").mkdir(exist_ok=True)
    found = Cluster(folder)
    try:
        found.start_master()
        found.start_worker("worker-1")
        found.start_worker("worker-2")
        found.start_thrift()
        found.wait_for_workers()
        yield found
    finally:
        found.stop()


def has_java() -> bool:
    """Whether Java is on this machine; without it there is no cluster to be tried."""
    return shutil.which("java") is not None


def _spark_home() -> Path:
    [home] = (PYTHON.parent.parent / "lib").glob("python3*/site-packages/pyspark")
    return home


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    with socket.socket() as caller:
        caller.settimeout(1)
        return caller.connect_ex(("127.0.0.1", port)) == 0


def _json(json: Any, address: str) -> Any:
    with urllib.request.urlopen(address, timeout=30) as answer:
        return json.load(answer)


def _below(pid: int) -> list[int]:
    """All processes that a process has started, and those that they have."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found, open_ = [], [pid]
    while open_:
        children = parents.get(open_.pop(), [])
        found += children
        open_ += children
    return found


def main() -> None:
    """Keep a cluster in the folder named until Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with cluster(Path(sys.argv[1]).absolute()) as found, contextlib.suppress(KeyboardInterrupt):
        print("\n".join(f"export {name}={value}" for name, value in found.environment.items()), flush=True)
        print(f"# {found.ports} " + str({name: process.pid for name, process in found.processes.items()}), flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
