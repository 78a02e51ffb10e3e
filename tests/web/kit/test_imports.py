"""What a web process never loads. Each such library costs megabytes in every process, for work that workers or commands do."""

from __future__ import annotations

import os
import subprocess
import sys

from docmgr.context import Context
from docmgr.models import User
from docmgr.policy import Actor
from docmgr.settings import ROOT
from tests.filling.papers import decision
from tests.support.acting import upload, work

# Migrations, and the reading of PDF files and pictures.
LEFT_OUT = ("alembic", "mako", "pygments", "pypdfium2", "pypdfium2_raw", "PIL")
ASK = """
import sys
from docmgr import create_app, db
from docmgr.models import User
from tests.support.browsers import Auth, Client
app = create_app()
app.test_client_class = Client
def ask(person, *pages):
    with app.extensions["docmgr"].bound():
        with db.read() as session:
            user = session.get(User, int(person))
        browser = Auth(app, {}).client(user)
    for page in pages:
        answer = browser.get(page)
        print(page, answer.status_code, "<mark" in answer.text)
clerk, administrator, document, *left_out = sys.argv[1:]
ask(clerk, "/", "/search?q=quyet+dinh", "/documents", document, "/tasks")
ask(administrator, "/", "/trail", "/health")
print("loaded", sorted(set(left_out) & set(sys.modules)))
"""


def test_pages_load_neither_migrations_nor_readers_of_files(site: Context, people: dict[str, User], clerk: Actor) -> None:
    document = f"/documents/{upload(clerk, decision())}"
    work(site)
    given = {**os.environ, "DOCMGR_HOME": str(site.settings.home), "DOCMGR_DATABASE_URL": site.database.url}
    who = [str(people[role].id) for role in ("clerk", "administrator")]
    done = subprocess.run([sys.executable, "-c", ASK, *who, document, *LEFT_OUT], cwd=ROOT, env=given, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    *pages, loaded = done.stdout.splitlines()
    assert len(pages) == 8 and all(page.split()[1] == "200" for page in pages), done.stdout
    assert pages[1].endswith("True"), done.stdout
    assert loaded == "loaded []"
