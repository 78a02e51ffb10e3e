"""Compute the pages of a list: how many there are, and which page is shown for a requested number."""


def count(total: int, per_page: int) -> int:
    """Compute how many pages `total` rows fill, with `per_page` rows on each page. An empty list has one
    page."""
    return max(1, -(-total // per_page))


def nearest(page: int, total: int, per_page: int) -> tuple[int, int]:
    """Choose the page of a list to show for the requested number `page`. Returns (number, count): `number` is
    the page to show, from 1, and `count` is how many pages there are. A request before the first page gives
    the first, one after the last page the last. The list has `total` rows, `per_page` on each page."""
    pages = count(total, per_page)
    return min(max(page, 1), pages), pages
