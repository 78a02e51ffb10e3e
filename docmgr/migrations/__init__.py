"""The Alembic migrations, which change the database from one schema to the next. services.upkeep.migrate
runs them."""
