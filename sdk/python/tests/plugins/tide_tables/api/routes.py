import json


async def tide_router(scope, receive, send):
    """A plain ASGI application."""
    if scope["type"] != "http":
        return
    request = await receive()
    found = scope["path"] == "/tides/status"
    answer = {"status": "active", "query": scope["query_string"].decode()}
    if scope["method"] == "POST":
        answer["sent"] = json.loads(request["body"])
    headers = [(b"Content-Type", b"application/json")]
    await send({"type": "http.response.start", "status": 200 if found else 404, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(answer).encode()})
