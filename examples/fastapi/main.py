"""A FastAPI application that brings its database up to date when it starts.

    DATABASE_URL=sqlite:////tmp/notes.db uvicorn main:app --workers 4

Each worker calls upgrade(). The first takes rev's run lock; the others wait for it and find nothing to do, so that no
request is answered before the schema is there.
"""

import contextlib
import os
import pathlib
import sqlite3

import rev_migrate
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

here = pathlib.Path(__file__).parent


@contextlib.asynccontextmanager
async def lifespan(_app):
    result = await run_in_threadpool(rev_migrate.upgrade, project=here, tag="startup")
    print(f"worker {os.getpid()}: {len(result['steps'])} revisions applied", flush=True)
    yield


app = FastAPI()
app.router.lifespan_context = lifespan  # FastAPI(lifespan=lifespan) from FastAPI 0.93 on


@app.get("/notes")
def notes():
    path = os.environ.get("DATABASE_URL", "sqlite:///notes.db").removeprefix("sqlite:///")
    with contextlib.closing(sqlite3.connect(path)) as database:
        return [{"id": row[0], "text": row[1]} for row in database.execute("SELECT id, text FROM note ORDER BY id")]
