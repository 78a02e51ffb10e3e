"""Share links: addresses by which people without an account read one document or case file. services.access.lending says what
such a link shows, and `visiting.admitted` whether it opens at all."""
