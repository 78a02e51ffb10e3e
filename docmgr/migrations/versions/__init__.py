"""The migration steps, one module per step. `down_revision` gives their order."""
