#!/usr/bin/env python3
"""make_wheel.py VERSION TREE OUTPUT_FOLDER

Makes a wheel of TREE, which holds rev_migrate/ (the package with its libraries) and scripts/rev (the program). A wheel
is a zip file with three files of its own: see the "Binary distribution format" of packaging.python.org. The same tree
gives the same bytes.
"""

import base64
import hashlib
import pathlib
import sys
import zipfile

NAME = "rev_migrate"
TAG = "py3-none-linux_x86_64"


def metadata(version):
    return f"""Metadata-Version: 2.1
Name: rev-migrate
Version: {version}
Summary: Alembic-style revision graphs for PostgreSQL and SQLite, in plain SQL
License: MIT
Requires-Python: >=3.8
"""


def wheel_file():
    return f"Wheel-Version: 1.0\nGenerator: rev\nRoot-Is-Purelib: false\nTag: {TAG}\n"


def digest(data):
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def files_of(version, tree):
    """(name in the wheel, bytes, whether it can be executed), in a fixed order."""
    info = f"{NAME}-{version}.dist-info"
    for path in sorted(tree.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            name = path.relative_to(tree)
            if name.parts[0] == "scripts":
                name = pathlib.Path(f"{NAME}-{version}.data") / name
            elif name.parts[0] == "licenses":
                name = pathlib.Path(info) / name
            yield name.as_posix(), path.read_bytes(), bool(path.stat().st_mode & 0o100)
    yield f"{info}/METADATA", metadata(version).encode(), False
    yield f"{info}/WHEEL", wheel_file().encode(), False


def write(wheel, name, data, is_executable=False):
    entry = zipfile.ZipInfo(name)  # dated 1980, so that the bytes do not change from day to day
    entry.external_attr = (0o100755 if is_executable else 0o100644) << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    wheel.writestr(entry, data)


def main():
    version, tree, output = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    path = output / f"{NAME}-{version}-{TAG}.whl"
    record = ""
    with zipfile.ZipFile(path, "w") as wheel:
        for name, data, is_executable in files_of(version, tree):
            write(wheel, name, data, is_executable)
            record += f"{name},{digest(data)},{len(data)}\n"
        record_name = f"{NAME}-{version}.dist-info/RECORD"
        write(wheel, record_name, (record + f"{record_name},,\n").encode())
    print(path)


main()
