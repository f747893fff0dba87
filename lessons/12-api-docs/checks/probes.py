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
    from fastapi.routing import iter_route_contexts

    from app.main import create_app

    found = []
    for each in iter_route_contexts(create_app().router.routes):
        route = each.original_route
        path = getattr(each, "path_format", None) or getattr(route, "path", "")
        methods = getattr(each, "methods", None) or getattr(route, "methods", None) or ()
        found += [[method, path] for method in sorted(methods) if method != "HEAD"]
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
    from pydantic import SecretStr

    from app.config import Settings
    from app.main import create_app

    secret, found = SecretStr("for-a-check-and-nothing-else" * 3), []
    for each in environments:
        app = create_app(Settings(environment=each, secret_key=secret))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://workshop") as client:
            found.append((await client.get("/openapi.json")).status_code == 200)
    return found


def pages():
    """The paths that are answered to GET outside of the API."""
    return sorted({path for method, path in routes() if method == "GET" and "/api/" not in path})
