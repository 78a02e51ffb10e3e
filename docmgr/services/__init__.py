"""The rules of the product. Each public function does one thing that people can do, and takes the actor as its first
argument. Functions for the worker and helpers need no actor."""
