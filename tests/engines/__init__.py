"""Starts the engines that tests run against where this machine has them."""
