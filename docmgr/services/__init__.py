"""The rules of the product. Each public function does one thing that people can do. Its first argument is the
actor, except in the parts of the worker and in plain helpers."""
