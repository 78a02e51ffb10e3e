"""The commands `users add` and `users set`."""

from __future__ import annotations

import sys

import click

from docmgr.cli.common import emit, founding_command, note, say, site_command
from docmgr.policy import COMMAND_LINE, ROLES
from docmgr.services.errors import Invalid
from docmgr.services.message import Message
from docmgr.services.people import passwords, people, units


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
        unit_id=units.named(COMMAND_LINE, unit).id if unit else None,
        password=password,
        must_change=not password_stdin,
    )
    if as_json:
        emit({"id": user.id, "username": user.username, "password": None if password_stdin else password})
        return
    note(f"Đã thêm {people.label(user)}.")
    if not password_stdin:
        say(f"Mật khẩu dùng một lần: {password}")


@users.command("set")
@click.argument("name")
@click.option("--role", "roles", multiple=True, type=click.Choice(sorted(ROLES)), help="Vai trò; thay mọi vai trò đang có.")
@click.option("--unit", help='Tên hoặc tên viết tắt của đơn vị; chưa có thì được tạo; "" là không thuộc đơn vị nào.')
@site_command
def set_(name: str, roles: tuple[str, ...], unit: str | None, as_json: bool) -> None:
    """Đặt vai trò, đơn vị của người dùng NAME; nhật ký ghi đã đổi từ gì sang gì."""
    if not roles and unit is None:
        raise Invalid(Message("Hãy cho --role, --unit hoặc cả hai."))
    user = people.place(COMMAND_LINE, name, roles=roles, unit=unit)
    held = [role for role in ROLES if role in {row.role for row in user.roles}]
    if as_json:
        unit_name = user.unit.name if user.unit else None
        emit({"id": user.id, "username": user.username, "roles": held, "unit": unit_name})
        return
    where = user.unit.name if user.unit else "không thuộc đơn vị nào"
    say(f"{people.label(user)}: {', '.join(ROLES[role] for role in held)}; {where}.")
