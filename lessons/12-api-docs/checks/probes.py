"""What is asked beside the learner's application."""


def moved(prefix):
    """The description when every router that the application includes is below another prefix."""
    from fastapi import FastAPI

    original = FastAPI.include_router

    def moving(self, router, **options):
        options["prefix"] = prefix + options.get("prefix", "")
        original(self, router, **options)

    FastAPI.include_router = moving
    from app.main import create_app

    return create_app().openapi()


def routes():
    """The method and path of every route, also of those that are not described."""
    from app.main import create_app

    return _routes(create_app())


def _routes(app):
    from fastapi.routing import iter_route_contexts

    found = []
    for each in iter_route_contexts(app.router.routes):
        route = each.original_route
        path = getattr(each, "path_format", None) or getattr(route, "path", "")
        methods = getattr(each, "methods", None) or getattr(route, "methods", None) or ()
        found += [[method, path] for method in sorted(methods) if method != "HEAD"]
    return found


def null_defaults():
    """The fields for which the PATCH schemas document null as the default: FastAPI leaves that out
    of openapi.json, as every null."""
    import app.schemas

    found = []
    for name in ("PostUpdate", "UserUpdate"):
        schema = getattr(app.schemas, name, None)
        properties = schema.model_json_schema().get("properties", {}) if schema else {}
        found += [
            f"{name}.{field}"
            for field, told in properties.items()
            if told.get("default", "none") is None
        ]
    return found


def warnings_of():
    """What is warned of by the import of the application and by its description."""
    import warnings

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        from app.main import create_app

        create_app().openapi()
    return sorted({f"{each.category.__name__}: {each.message}" for each in caught})


async def described(environments):
    """Whether applications made with settings of each of these environments describe themselves."""
    import httpx

    found = []
    for each in environments:
        transport = httpx.ASGITransport(_made(each), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://workshop") as client:
            found.append((await client.get("/openapi.json")).status_code == 200)
    return found


def pages(environments):
    """The paths that are answered to GET in any of these environments, and hold no parameter."""
    every = [route for each in environments for route in _routes(_made(each))]
    return sorted({path for method, path in every if method == "GET" and "{" not in path})


def _made(environment):
    """An application with settings of its own."""
    from pydantic import SecretStr

    from app.config import Settings
    from app.main import create_app

    secret = SecretStr("for-a-check-and-nothing-else" * 3)
    return create_app(Settings(environment=environment, secret_key=secret))
