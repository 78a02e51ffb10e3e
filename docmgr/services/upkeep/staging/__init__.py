"""Steps in which the demonstration is created: what is carried out, inspected, published and decided at a conference."""
