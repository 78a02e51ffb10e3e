"""The rows of marked_routes for conferences of staff."""

from __future__ import annotations

from tests.hard.marked_routes import Request, get, post

CONFERENCES: dict[str, list[Request]] = {
    "GET /conferences": get("/conferences", "/conferences?year=2025&state=none"),
    "GET /conferences/new": get("/conferences/new", "/conferences/new?year=2025&unit={unit}"),
    "POST /conferences/new": post("/conferences/new", {"year": ""}),
    "GET /conferences/<int:conference_id>": get("/conferences/{conference}"),
    "GET /conferences/<int:conference_id>/edit": get("/conferences/{conference}/edit"),
    "POST /conferences/<int:conference_id>/edit": post("/conferences/{conference}/edit", {"year": ""}),
    "POST /conferences/<int:conference_id>/announce": post("/conferences/{conference}/announce", {"announced_on": "nonsense"}),
    "POST /conferences/<int:conference_id>/documents": post("/conferences/{conference}/documents", {"number": "#{doc}", "role": "report"}),
    "POST /conferences/<int:conference_id>/documents/<int:document_id>/remove": post("/conferences/{conference}/documents/{other}/remove"),
    "POST /conferences/<int:conference_id>/papers": post("/conferences/{conference}/papers", *({"kind": one} for one in ("invitation", "minutes", "resolution", "x"))),
    "POST /conferences/<int:conference_id>/checking": post("/conferences/{conference}/checking", {}, {"plan": "{plan}"}),
    "POST /conferences/export": post("/conferences/export", {"year": "2025"}),
    "GET /conferences/<int:conference_id>/votes/new": get("/conferences/{conference}/votes/new"),
    "POST /conferences/<int:conference_id>/votes/new": post("/conferences/{conference}/votes/new", {"question": ""}),
    "GET /conference-votes/<int:vote_id>/edit": get("/conference-votes/{vote}/edit"),
    "POST /conference-votes/<int:vote_id>/edit": post("/conference-votes/{vote}/edit", {"question": ""}),
    "POST /conference-votes/<int:vote_id>/delete": post("/conference-votes/{vote}/delete"),
    "GET /conferences/rules": get("/conferences/rules"),
    "POST /conferences/rules": post("/conferences/rules", {"name": "x"}),
}
