"""Read files that contain files: mails (EML, MSG), archives (ZIP), edXML messages, and web pages saved as one file."""
