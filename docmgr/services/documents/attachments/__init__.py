"""The files inside mails, archives and edXML messages: how they become documents, and how a page lists them."""
