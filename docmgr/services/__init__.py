"""The rules: what people can do, with `actor` first."""
