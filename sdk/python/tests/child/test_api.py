"""API requests, answered by the plugin's routers without a socket."""

from __future__ import annotations

import json

import pytest

PLAIN = """
\"\"\"Serves what is below /plain.\"\"\"
import urllib.parse

class Plain:
    \"\"\"A plain application.\"\"\"
    prefix = "/plain"

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            message = await receive()
            assert message["type"] == "lifespan.startup"
            scope["state"]["started"] = "yes"
            await send({"type": "lifespan.startup.complete"})
            await receive()
            logger.info("the application ends")
            await send({"type": "lifespan.shutdown.complete"})
            return
        path = scope["path"]
        if path == "/plain/raises":
            raise ValueError("no good")
        if path == "/plain/silent":
            return
        if path == "/plain/waits":
            await asyncio.sleep(3600)
        status = 200 if path.startswith("/plain") else 404
        body = b""
        while True:
            message = await receive()
            body += message["body"]
            if not message["more_body"]:
                break
        answer = {
            "method": scope["method"],
            "path": path,
            "query": scope["query_string"].decode(),
            "headers": [[k.decode(), v.decode()] for k, v in scope["headers"]],
            "body": body.decode(),
            "started": scope["state"].get("started"),
        }
        import json
        await send({"type": "http.response.start", "status": status,
                    "headers": [(b"content-type", b"application/json"), (b"x-a", b"1")]})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()[:5],
                    "more_body": True})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()[5:]})

class P(BasePlugin):
    def get_api_routers(self):
        return [Plain()]
"""


@pytest.fixture
def host(folder, start):
    host = start()
    described = host.initialize(folder(PLAIN))
    assert described["routes"] == [
        {"method": "*", "path": "/plain/{path:path}", "description": "A plain application."}
    ]
    return host


def ask(host, method: str, path: str, **fields):
    return host.end(host.open({"kind": "api", "method": method, "path": path, **fields}))


def test_an_application_gets_the_request_and_its_answer_comes_back(host):
    headers = [["X-Token", "t"]]
    answer = ask(host, "post", "/plain/a%20b", query="q=1", headers=headers, body="hällo")
    assert answer["status"] == 200
    assert answer["headers"] == [["content-type", "application/json"], ["x-a", "1"]]
    assert json.loads(answer["body"]) == {
        "method": "POST",
        "path": "/plain/a b",
        "query": "q=1",
        "headers": [["x-token", "t"], ["content-length", "6"]],
        "body": "hällo",
        "started": "yes",
    }


def test_a_failure_is_a_500_with_its_traceback_in_the_log(host):
    assert ask(host, "GET", "/plain/raises")["status"] == 500
    line = host.log("GET /plain/raises failed")
    assert 'raise ValueError("no good")' in line["fields"]["traceback"]


def test_an_application_that_answers_nothing_is_a_500(host):
    assert ask(host, "GET", "/plain/silent")["status"] == 500


def test_a_path_that_no_router_has_is_a_404(host):
    assert ask(host, "GET", "/elsewhere")["status"] == 404


def test_a_request_can_be_cancelled(host):
    call = host.open({"kind": "api", "method": "GET", "path": "/plain/waits"})
    assert host.alive()
    host.send({"type": "cancel", "id": call})
    assert host.error(call)["kind"] == "cancelled"


def test_an_application_ends_with_the_plugin(host):
    ask(host, "GET", "/plain/x")
    assert host.shutdown() == {"type": "bye"}
    assert "the application ends" in [m.get("message") for m in host.aside]


FASTAPI = """
from contextlib import asynccontextmanager
from fastapi import APIRouter, FastAPI, HTTPException, Request
from pydantic import BaseModel
from typing import Any, Dict

router = APIRouter(prefix="/custom", tags=["custom"])

class Order(BaseModel):
    data: str
    options: Dict[str, Any] = {}

@router.post("/process")
async def process(order: Order):
    \"\"\"Processes an order.

    And more.\"\"\"
    return {"result": order.data.upper(), "options": order.options}

@router.get("/item/{number}", summary="One item")
def item(number: int):
    if number == 404:
        raise HTTPException(status_code=404, detail="no such item")
    if number == 500:
        raise ValueError("broken")
    return {"number": number, "main": threading.current_thread() is threading.main_thread()}

@asynccontextmanager
async def lifespan(app):
    app.state.opened = True
    yield
    logger.info("the app ends")

app = FastAPI(lifespan=lifespan)

@app.get("/app/state")
async def state(request: Request):
    return {"opened": request.app.state.opened}

class P(BasePlugin):
    def get_api_routers(self):
        return [app, router]
"""


@pytest.fixture
def fastapi_host(folder, start):
    pytest.importorskip("fastapi")
    host = start(site=True)
    described = host.initialize(folder(FASTAPI))
    assert described["type"] == "initialized", described
    routes = {(r["method"], r["path"]): r["description"] for r in described["routes"]}
    assert routes[("POST", "/custom/process")] == "Processes an order."
    assert routes[("GET", "/custom/item/{number}")] == "One item"
    assert ("GET", "/app/state") in routes
    return host


def test_fastapis_routers_and_apps_are_served(fastapi_host):
    host = fastapi_host
    headers = [["content-type", "application/json"]]
    answer = ask(host, "POST", "/custom/process", headers=headers, body='{"data": "abc"}')
    assert (answer["status"], json.loads(answer["body"])) == (200, {"result": "ABC", "options": {}})
    answer = ask(host, "POST", "/custom/process", headers=headers, body="{}")
    assert answer["status"] == 422
    answer = ask(host, "GET", "/custom/item/3")
    assert json.loads(answer["body"]) == {"number": 3, "main": False}
    answer = ask(host, "GET", "/app/state")
    assert json.loads(answer["body"]) == {"opened": True}


def test_fastapis_errors_are_what_they_are_over_http(fastapi_host):
    host = fastapi_host
    answer = ask(host, "GET", "/custom/item/404")
    assert (answer["status"], json.loads(answer["body"])) == (404, {"detail": "no such item"})
    assert ask(host, "GET", "/custom/item/500")["status"] == 500
    assert 'raise ValueError("broken")' in host.log("failed")["fields"]["traceback"]
    assert ask(host, "GET", "/nowhere")["status"] == 404
    assert host.shutdown() == {"type": "bye"}
    assert "the app ends" in [m.get("message") for m in host.aside]
