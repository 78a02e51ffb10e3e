"""The pictures of a file's pages: of PDF files and pictures, and of office files once they are rendered."""
