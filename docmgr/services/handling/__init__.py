"""How an incoming document is dealt with, on one sheet: what services.registers and services.workflow know of it."""
