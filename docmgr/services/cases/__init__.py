"""Case files (hồ sơ): what they are called, what is in them, when they are closed and go to the archive, and their files."""
