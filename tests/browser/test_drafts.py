"""What is typed into a long form is kept in the browser until it is saved, and forgotten then and at sign-out."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PASSWORD, Visit

KEPT = "Object.keys(localStorage).filter((key) => key.startsWith('docmgr-draft:')).length"
OFFER = "Khôi phục nội dung chưa lưu"
# Longer than the script waits until somebody pauses.
PAUSE_MS = 900


def left(page: Page) -> None:
    """Open the page anew without saving, as after a fault of the machine."""
    page.wait_for_timeout(PAUSE_MS)
    assert page.evaluate(KEPT) == 1
    page.reload()


def signed_in(visit: Visit) -> Page:
    """The leader with a session of their own, which the test may end."""
    page = visit.page("leader")
    page.context.clear_cookies()
    page.goto("/login")
    page.fill("[name=username]", "leader")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda address: "/login" not in address)
    return page


def test_a_plan_that_was_not_saved(visit: Visit) -> None:
    page = signed_in(visit)
    page.goto("/plans/new")
    page.fill("[name=title]", "Kế hoạch chưa lưu <b>")
    left(page)
    expect(page.locator("[name=title]")).to_have_value("")
    page.get_by_role("button", name=OFFER).click()
    expect(page.locator("[name=title]")).to_have_value("Kế hoạch chưa lưu <b>")
    expect(page.get_by_role("button", name=OFFER)).to_be_hidden()
    page.fill("[name=year]", "2026")
    page.locator("form[data-draft] button.btn-primary").first.click()
    page.wait_for_url(lambda address: "/new" not in address)
    assert page.evaluate(KEPT) == 0
    page.goto("/plans/new")
    expect(page.get_by_role("button", name=OFFER)).to_be_hidden()
    page.evaluate("(words) => { const field = document.querySelector('[name=title]'); field.value = words; field.dispatchEvent(new Event('input', {bubbles: true})); }", "x" * 300_000)
    left(page)
    assert page.evaluate("Object.values(localStorage).join('').length") < 202_000
    page.get_by_role("button", name="Bỏ", exact=True).click()
    assert page.evaluate(KEPT) == 0
    # Nothing stays for whoever signs in next.
    page.fill("[name=title]", "Lại chưa lưu")
    page.wait_for_timeout(PAUSE_MS)
    assert page.evaluate(KEPT) == 1
    page.locator(".frame-menu summary").click()
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(lambda address: "/login" in address)
    assert page.evaluate(KEPT) == 0


def test_passwords_are_not_kept(visit: Visit) -> None:
    page = visit.page("staff")

    def mark(route: Route) -> None:
        answer = route.fetch()
        marked = '<form method="post" data-draft="x"><input name="note">'
        route.fulfill(response=answer, body=answer.text().replace('<form method="post">', marked))

    page.route("**/account/password", mark)
    page.goto("/account/password")
    passwords = page.locator("form[data-draft] [type=password]").all()
    assert len(passwords) > 1
    for field in passwords:
        field.fill("Bí mật 123")
    page.fill("[name=note]", "Ghi bên cạnh")
    page.wait_for_timeout(PAUSE_MS)
    # The script keeps the form, but not these fields.
    assert page.evaluate(KEPT) == 1
    kept = page.evaluate("Object.values(localStorage).join()")
    assert "Ghi bên cạnh" in kept and "Bí mật" not in kept
    page.evaluate("localStorage.clear()")
