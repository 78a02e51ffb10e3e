"""Lists in pages: how many pages there are, and the page nearest to the one that was asked for."""


def count(total: int, per_page: int) -> int:
    """How many pages so many rows make; an empty list is one page."""
    return max(1, -(-total // per_page))


def nearest(page: int, total: int, per_page: int) -> tuple[int, int]:
    """(the page nearest to the one asked for, how many there are), from 1."""
    pages = count(total, per_page)
    return min(max(page, 1), pages), pages
