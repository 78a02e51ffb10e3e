"""List and check the electronic signatures of a PDF file, without network."""
