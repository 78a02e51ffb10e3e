"""The facts of a document: type, number, dates, issuer, subject, signer, recipients, effect."""
