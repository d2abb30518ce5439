"""API requests, answered by the plugin's routers without a socket."""

from __future__ import annotations

import itertools
import json

import pytest

from orchestrator_sdk.child import bodies

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
        if path == "/plain/listens":
            await receive()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            logger.info("the application waits")
            logger.info("it heard of the %s", (await receive())["type"])
            return
        if path == "/plain/breaks":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"half", "more_body": True})
            raise ValueError("no more")
        if path == "/plain/bytes":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": (await receive())["body"] * 2})
            logger.info("something is left to do")
            return
        if path == "/plain/flood":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for number in range(1000):
                await send({"type": "http.response.body", "body": b"x" * 100_000,
                            "more_body": number < 999})
                if number % 10 == 0:
                    logger.info("sent %d", number)
            return
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
            "root_path": scope["root_path"],
            "client": scope["client"],
            "server": scope["server"],
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


def request(host, method: str, path: str, **fields):
    return host.open({"kind": "api", "method": method, "path": path, **fields})


def ask(host, method: str, path: str, **fields):
    """The whole answer, its body as bytes, and whether it was streamed."""
    call = request(host, method, path, **fields)
    parts = list(host.items(call))
    end = host.end(call)
    assert (end is None) == bool(parts), (parts, end)
    head, pieces = (parts[0], parts[1:]) if parts else (end, [end])
    return {**head, "body": b"".join(map(bodies.read, pieces)), "streamed": bool(parts)}


def test_an_application_gets_the_request_and_its_answer_comes_back(host):
    headers = [["X-Token", "t"]]
    addresses = {"client": "127.0.0.1:40312", "server": "[::1]:8710"}
    answer = ask(
        host, "post", "/plain/a%20b", query="q=1", headers=headers, body="hällo", **addresses
    )
    assert (answer["status"], answer["streamed"]) == (200, True)
    assert answer["headers"] == [["content-type", "application/json"], ["x-a", "1"]]
    assert json.loads(answer["body"]) == {
        "method": "POST",
        "path": "/plain/a b",
        "query": "q=1",
        "headers": [["x-token", "t"], ["content-length", "6"]],
        "body": "hällo",
        "started": "yes",
        "root_path": "",
        "client": ["127.0.0.1", 40312],
        "server": ["::1", 8710],
    }


def test_bytes_come_through_as_they_are(host):
    body = bytes(range(256))
    answer = ask(host, "POST", "/plain/bytes", **bodies.written(body))
    assert (answer["body"], answer["streamed"]) == (body * 2, False)
    assert host.log("something is left to do")
    long = ask(host, "POST", "/plain/bytes", **bodies.written(body * 4096))
    assert (long["body"], long["streamed"]) == (body * 8192, True)


def test_a_streamed_answer_waits_for_who_takes_it(host):
    call = request(host, "GET", "/plain/flood")
    assert host.log("sent 0")
    taken = list(itertools.islice(host.items(call, patient=False), 10))
    # The credit is used up: whoever sends more waits.
    assert host.alive()
    assert not any("sent 20" in m.get("message", "") for m in host.aside)
    parts = itertools.chain(taken, host.items(call))
    host.send({"type": "credit", "id": call, "more": {"items": 10, "bytes": 2**20}})
    size = sum(len(bodies.read(part)) for part in parts if part["part"] == "piece")
    assert (size, host.end(call)) == (100_000_000, None)


def test_an_answer_that_breaks_off_is_an_error(host):
    call = request(host, "GET", "/plain/breaks")
    parts = list(host.items(call))
    assert [part["part"] for part in parts] == ["start", "piece"]
    assert "middle of its answer" in host.error(call)["message"]
    assert 'raise ValueError("no more")' in host.log("/plain/breaks failed")["fields"]["traceback"]


def test_a_head_is_answered_without_its_body(host):
    answer = ask(host, "HEAD", "/plain/flood")
    assert (answer["status"], answer["body"], answer["streamed"]) == (200, b"", False)


def test_an_application_hears_of_a_client_that_is_gone(host):
    call = request(host, "GET", "/plain/listens")
    assert host.log("the application waits")
    # Its head was sent ahead of a body that does not come.
    assert next(iter(host.items(call)))["part"] == "start"
    host.send({"type": "cancel", "id": call})
    assert host.error(call)["kind"] == "cancelled"
    assert host.log("it heard of the http.disconnect")


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
from fastapi import APIRouter, BackgroundTasks, FastAPI, HTTPException, Request, WebSocket
from fastapi.responses import StreamingResponse
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

@router.get("/events")
async def events(tasks: BackgroundTasks):
    async def pieces():
        for number in range(3):
            yield f"data: {number}\\n\\n"
    tasks.add_task(logger.info, "the background has run")
    return StreamingResponse(pieces(), media_type="text/event-stream", background=tasks)

@router.websocket("/socket")
async def socket(socket: WebSocket):
    pass

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
    assert not any("socket" in path for _, path in routes)
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


def test_fastapis_streams_and_what_runs_after_them(fastapi_host):
    host = fastapi_host
    answer = ask(host, "GET", "/custom/events")
    assert (answer["streamed"], answer["body"]) == (True, b"data: 0\n\ndata: 1\n\ndata: 2\n\n")
    assert ["content-type", "text/event-stream; charset=utf-8"] in answer["headers"]
    assert host.log("the background has run")


def test_fastapis_documents_become_one(fastapi_host):
    document = fastapi_host.end(fastapi_host.open({"kind": "api_document"}))
    assert set(document["paths"]["/custom/process"]) == {"post"}
    assert "/app/state" in document["paths"]
    assert "Order" in document["components"]["schemas"]


def test_fastapis_errors_are_what_they_are_over_http(fastapi_host):
    host = fastapi_host
    answer = ask(host, "GET", "/custom/item/404")
    assert (answer["status"], json.loads(answer["body"])) == (404, {"detail": "no such item"})
    assert ask(host, "GET", "/custom/item/500")["status"] == 500
    assert 'raise ValueError("broken")' in host.log("failed")["fields"]["traceback"]
    assert ask(host, "GET", "/nowhere")["status"] == 404
    assert host.shutdown() == {"type": "bye"}
    assert "the app ends" in [m.get("message") for m in host.aside]
