"""Where copies happen besides the workspace: each stage is a directory on a file system of our own."""
