"""The facts of a document: type, number, dates, issuer, subject, signer, recipients, and the days between
which it is in force."""
