"""Installs an OpenSearch that tests can start, from Maven Central, with every file pinned by its SHA-256.

The distribution is the one that plugins of OpenSearch are tested with: the server and its HTTP transport. Painless,
which computes scores, and k-NN, which finds what is nearest, come as they are published. All are free software.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final, NamedTuple
from zipfile import ZipFile

VERSION: Final = "2.19.6"
MAVEN_PLUGIN: Final = "3.6.1"


class Artifact(NamedTuple):
    """A file of the registry, and what it must be."""

    group: str
    name: str
    version: str
    kind: str
    sha256: str

    @property
    def file(self) -> str:
        return f"{self.name}-{self.version}.{self.kind}"


OPENSEARCH: Final = Artifact(
    "org.opensearch.distribution.integ-test-zip",
    "opensearch",
    VERSION,
    "zip",
    "71d6d8b1c637f3faecda0752b184b1cc526fc6eaad59ec1408c6327bb00b9293",
)
KNN: Final = Artifact(
    "org.opensearch.plugin",
    "opensearch-knn",
    f"{VERSION}.0",
    "zip",
    "c21b9565624d29fd4024e3a3902712349006cb7894a73c45d976756a761e628f",
)
PAINLESS: Final = tuple(
    Artifact(group, name, version, "jar", sha256)
    for group, name, version, sha256 in (
        (
            "org.opensearch.plugin",
            "lang-painless",
            VERSION,
            "e71e6c7ef99a6f5958cd0b25367acf472cc52cd49d29e13084c5ff0b5931f717",
        ),
        (
            "org.opensearch.plugin",
            "opensearch-scripting-painless-spi",
            VERSION,
            "84e545b968151739f1915cfd2db24bf873edfd317d2848b87b61d0d60ec70869",
        ),
        (
            "org.antlr",
            "antlr4-runtime",
            "4.13.1",
            "54665d2838cc66458343468efc539e454fc95b46a8a04b13c6ac43fc9be63505",
        ),
        ("org.ow2.asm", "asm", "9.7", "adf46d5e34940bdf148ecdd26a9ee8eea94496a72034ff7141066b3eea5c4e9d"),
        ("org.ow2.asm", "asm-analysis", "9.7", "7bc6bcbc21379948a0c8c467fb0f864206e5b818f6bc0b546872f5c9f941556f"),
        ("org.ow2.asm", "asm-commons", "9.7", "389bc247958e049fc9a0408d398c92c6d370c18035120395d4cba1d9d9304b7a"),
        ("org.ow2.asm", "asm-tree", "9.7", "62f4b3bc436045c1acb5c3ba2d8ec556ec3369093d7f5d06c747eb04b56d52b1"),
        ("org.ow2.asm", "asm-util", "9.7", "37a6414d36641973f1af104937c95d6d921b2ddb4d612c66c5a9f2b13fc14211"),
    )
)
DESCRIPTOR: Final = {
    "name": "lang-painless",
    "description": "Painless",
    "version": VERSION,
    "opensearch.version": VERSION,
    "java.version": "11",
    "classname": "org.opensearch.painless.PainlessPlugin",
}
POLICY: Final = """grant {
  permission java.lang.RuntimePermission "createClassLoader";
  permission java.lang.RuntimePermission "getClassLoader";
};
"""


def install(folder: Path) -> Path:
    """Return the folder of a server below `folder`, installed if it is not there."""
    home, downloads, aside = folder / f"opensearch-{VERSION}", folder / "downloads", folder / "unpacked"
    if home.is_dir():
        return home
    for leftover in (downloads, aside):
        shutil.rmtree(leftover, ignore_errors=True)
    downloads.mkdir(parents=True)
    _fetch(downloads, (OPENSEARCH, KNN, *PAINLESS))
    _unpack(downloads / OPENSEARCH.file, aside)
    unpacked = aside / home.name
    _unpack(downloads / KNN.file, unpacked / "plugins" / "opensearch-knn")
    painless = unpacked / "modules" / "lang-painless"
    painless.mkdir(parents=True)
    for artifact in PAINLESS:
        (downloads / artifact.file).rename(painless / artifact.file)
    described = "".join(f"{name}={value}\n" for name, value in DESCRIPTOR.items())
    (painless / "plugin-descriptor.properties").write_text(described)
    (painless / "plugin-security.policy").write_text(POLICY)
    shutil.rmtree(downloads)
    unpacked.rename(home)
    aside.rmdir()
    return home


def _fetch(folder: Path, artifacts: tuple[Artifact, ...]) -> None:
    """Let Maven fetch the files; raise ValueError where one is not what it was."""
    pom = folder / "pom.xml"
    pom.write_text(_pom(folder, artifacts))
    subprocess.run(["mvn", "-B", "-q", "-f", str(pom), "package"], check=True, stdin=subprocess.DEVNULL)
    for artifact in artifacts:
        found = hashlib.sha256((folder / artifact.file).read_bytes()).hexdigest()
        if found != artifact.sha256:
            raise ValueError(f"{artifact.file} is another file: its SHA-256 is {found}.")


def _pom(folder: Path, artifacts: tuple[Artifact, ...]) -> str:
    items = "".join(
        f"<artifactItem><groupId>{each.group}</groupId><artifactId>{each.name}</artifactId>"
        f"<version>{each.version}</version><type>{each.kind}</type></artifactItem>"
        for each in artifacts
    )
    configuration = f"<outputDirectory>{folder}</outputDirectory><artifactItems>{items}</artifactItems>"
    execution = "<id>fetch</id><phase>package</phase><goals><goal>copy</goal></goals>"
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        "<groupId>kb-service</groupId><artifactId>cluster-for-tests</artifactId><version>1</version>"
        "<packaging>pom</packaging><build><plugins><plugin><groupId>org.apache.maven.plugins</groupId>"
        f"<artifactId>maven-dependency-plugin</artifactId><version>{MAVEN_PLUGIN}</version>"
        f"<executions><execution>{execution}<configuration>{configuration}</configuration></execution></executions>"
        "</plugin></plugins></build></project>"
    )


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack an archive; programs in it stay programs."""
    with ZipFile(archive) as packed:
        for each in packed.infolist():
            path = Path(packed.extract(each, folder))
            if mode := each.external_attr >> 16:
                path.chmod(mode & 0o777 | 0o444 | (0o111 if path.is_dir() else 0))


def java_home() -> str:
    """Return where Java 17 or newer is."""
    if home := os.environ.get("OPENSEARCH_JAVA_HOME") or os.environ.get("JAVA_HOME"):
        return home
    program = shutil.which("java")
    if program is None:
        raise FileNotFoundError("There is no java: install openjdk-17-jre-headless.")
    return str(Path(program).resolve().parent.parent)
