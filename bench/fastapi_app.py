"""What most people would build `quarry serve` with: FastAPI and uvicorn, for serve_bench.py.

Reads FTS_BASE (an SQLite file with a table passages(uri, text), FTS5) and TOKEN_HASH (SHA-256 of the bearer token).
"""

import asyncio
import hashlib
import hmac
import os
import sqlite3
import threading

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import StreamingResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field

app = FastAPI()
bearer = HTTPBearer()
local = threading.local()
MATCH = ("SELECT uri, snippet(passages, 1, '', '', '…', 40), bm25(passages) FROM passages WHERE passages MATCH ? "
         "ORDER BY bm25(passages) LIMIT ?")


async def caller(credentials: HTTPAuthorizationCredentials = Depends(bearer)):
    given = hashlib.sha256(credentials.credentials.encode()).hexdigest()
    if not hmac.compare_digest(given, os.environ["TOKEN_HASH"]):
        raise HTTPException(401)
    return {"name": "owner", "scopes": ["search", "ask", "read", "write", "migrations", "admin"]}


class Search(BaseModel):
    query: str = Field(min_length=1, max_length=10000)
    limit: int = Field(10, ge=1, le=1000)


@app.get("/api/v1/me")
async def me(who=Depends(caller)):
    return who


@app.post("/api/v1/search")
def search(body: Search, who=Depends(caller)):
    if not hasattr(local, "base"):
        local.base = sqlite3.connect(f"file:{os.environ['FTS_BASE']}?mode=ro", uri=True)
    words = " OR ".join(f'"{word}"' for word in body.query.replace('"', " ").split())
    rows = local.base.execute(MATCH, (words, body.limit)).fetchall()
    return {"query": body.query, "results": [{"uri": uri, "text": text, "score": -score} for uri, text, score in rows]}


@app.get("/events")
async def events(who=Depends(caller)):
    async def stream():
        while True:
            yield ":\n\n"
            await asyncio.sleep(15)

    return StreamingResponse(stream(), media_type="text/event-stream")
