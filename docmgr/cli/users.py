"""`users add`: people from the command line."""

from __future__ import annotations

import sys

import click

from docmgr.cli.common import emit, founding_command, note, say
from docmgr.policy import COMMAND_LINE, ROLES
from docmgr.services import passwords, people, units
from indexer import fold


@click.group()
def users() -> None:
    """Người dùng."""


@users.command("add")
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(sorted(ROLES)), help="Vai trò.")
@click.option("--unit", help="Tên hoặc tên viết tắt của đơn vị; chưa có thì được tạo.")
@click.option("--full-name", help="Họ và tên; mặc định là tên đăng nhập.")
@click.option("--password-stdin", is_flag=True, help="Đọc mật khẩu từ đầu vào chuẩn; không phải đổi khi đăng nhập.")
@founding_command
def add(
    name: str, roles: tuple[str, ...], unit: str | None, full_name: str | None, password_stdin: bool, as_json: bool
) -> None:
    """Thêm người dùng NAME. Không có --password-stdin thì in mật khẩu dùng một lần."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else passwords.one_time()
    user = people.create(
        COMMAND_LINE,
        username=name,
        full_name=full_name or name,
        roles=roles,
        unit_id=_unit(unit) if unit else None,
        password=password,
        must_change=not password_stdin,
    )
    if as_json:
        emit({"id": user.id, "username": user.username, "password": None if password_stdin else password})
        return
    note(f"Đã thêm {people.label(user)}.")
    if not password_stdin:
        say(f"Mật khẩu dùng một lần: {password}")


def _unit(name: str) -> int:
    """Id of the unit with this name or abbreviation, made where there is none."""
    wanted = fold(" ".join(name.split()))
    for unit, _ in units.everything(COMMAND_LINE):
        if wanted in {fold(unit.name), fold(unit.abbreviation or "")}:
            return unit.id
    return units.create(COMMAND_LINE, name=name).id
