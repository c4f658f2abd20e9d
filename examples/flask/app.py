"""A Flask application that brings its database up to date when it is made.

    DATABASE_URL=sqlite:////tmp/notes.db gunicorn --workers 4 "app:create_app()"
"""

import contextlib
import os
import pathlib
import sqlite3

import rev_migrate
from flask import Flask, jsonify

here = pathlib.Path(__file__).parent


def create_app():
    app = Flask(__name__)
    result = rev_migrate.upgrade(project=here, tag="startup")
    print(f"worker {os.getpid()}: {len(result['steps'])} revisions applied", flush=True)

    @app.get("/notes")
    def notes():
        path = os.environ.get("DATABASE_URL", "sqlite:///notes.db").removeprefix("sqlite:///")
        with contextlib.closing(sqlite3.connect(path)) as database:
            rows = database.execute("SELECT id, text FROM note ORDER BY id").fetchall()
        return jsonify([{"id": row[0], "text": row[1]} for row in rows])

    return app
